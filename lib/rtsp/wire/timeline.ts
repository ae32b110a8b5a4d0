/**
 * Puts the time stamps of a feeder on one line that never steps back: a feeder that begins again (a restarted encoder, a file
 * in a loop) goes on where the line is now. True gaps stay.
 */
export interface Timeline {
  /** 90 kHz ticks since the first packet; `nowMs` is monotonic. */
  place(ptsTicks: number, nowMs: number): number;
}

const TICKS_PER_MS = 90;
/** Pictures in coding order and two tracks side by side step back by less than this. */
const STEP_BACK_TICKS = 90_000;
/** A step ahead by more than this over the time that has really passed is no gap but another clock. */
const STEP_AHEAD_TICKS = 900_000;
/** Room before the first packet for the earlier packets of other tracks, so that nothing is negative. */
const LEAD_TICKS = 2 * STEP_BACK_TICKS;

export function openTimeline(): Timeline {
  let shift: number | undefined;
  let newest = LEAD_TICKS;
  let newestMs = 0;
  return {
    place(ptsTicks, nowMs) {
      shift ??= LEAD_TICKS - ptsTicks;
      const step = ptsTicks + shift - newest;
      const passed = Math.max(0, newestMs === 0 ? 0 : (nowMs - newestMs) * TICKS_PER_MS);
      if (step < -STEP_BACK_TICKS || step - passed > STEP_AHEAD_TICKS) shift = newest + Math.round(passed) - ptsTicks;
      const ticks = ptsTicks + shift;
      if (ticks > newest) newest = ticks;
      newestMs = nowMs;
      return ticks;
    },
  };
}
