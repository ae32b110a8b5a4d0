/**
 * Brings the time stamps of a feeder into one line that never steps back. If a feeder begins anew (a restarted encoder,
 * a file in a loop), its time continues from the current point. Real gaps stay.
 */
export interface Timeline {
  /** The place of a time stamp, in 90 kHz ticks since the first packet; `nowMs` is monotonic. */
  place(ptsTicks: number, nowMs: number): number;
}

const TICKS_PER_MS = 90;
/**
 * Steps back, in ticks, up to which they are normal: pictures in coding order, and two tracks side by side. A larger
 * one is a new clock.
 */
const STEP_BACK_TICKS = 90_000;
/** Ticks by which a step ahead may exceed the real time; a larger one is a new clock, not a gap. */
const STEP_AHEAD_TICKS = 900_000;
/** Ticks before the first packet that are left for earlier packets of other tracks, so that no time is negative. */
const LEAD_TICKS = 2 * STEP_BACK_TICKS;

/** Opens the timeline of one feeder. */
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
