import type { ManualChanges, Slot, Timetable } from './timetable.ts';

/** The running recording, as the timetable sees it. */
export interface Running {
  /** Id of its booking; undefined if it was started by hand. */
  booking?: string;
  /** Planned start of the booking, as it was when the recording began. */
  plannedStartMs?: number;
  /** Planned end of the recording. */
  endsAtMs?: number;
  /** Time in ms until the planned end, on the monotonic clock: the wall clock may have jumped since the end was set. */
  leftMs?: number;
}

/** Jump of the wall clock in ms beyond which it is not believed while a recording runs. */
const LARGE_JUMP_MS = 12 * 3_600_000;
/** Jump of the wall clock in ms up to which it is believed: clocks drift, and are corrected in small steps. */
const SMALL_JUMP_MS = 5000;

/** What the box has to do now. */
export type Decision =
  | { does: 'nothing' }
  | { does: 'start'; slot: Slot }
  /** The running recording ends, and the slot's begins with the very next frame. */
  | { does: 'change'; slot: Slot; why: StopReason }
  | { does: 'stop'; why: StopReason }
  | { does: 'move end'; slot: Slot };

/**
 * Reason for ending a recording. `done`: its end was reached; `by hand`: a booking begins, and what a person had
 * started ends.
 */
export type StopReason = 'done' | 'cancelled' | 'moved' | 'by hand';

/**
 * Decides what the box does now about recordings; pure. Asked at every change, at every start and end in the timetable,
 * and when the box starts.
 */
export function decide(
  { slots }: Timetable,
  nowMs: number,
  running: Running | undefined,
  memory: Pick<ManualChanges, 'stopped'>,
): Decision {
  const own = running?.booking === undefined ? undefined : ownSlot(slots, nowMs, running);
  if (own && running && isOverFarAway(nowMs, running)) return { does: 'stop', why: 'done' };
  if (own) return own.toMs === running?.endsAtMs ? { does: 'nothing' } : { does: 'move end', slot: own };
  const due = slots.find((slot) => isNow(slot, nowMs) && !isStopped(slot, memory));
  if (!running) return due ? { does: 'start', slot: due } : { does: 'nothing' };
  if (running.booking === undefined) return due ? { does: 'change', slot: due, why: 'by hand' } : { does: 'nothing' };
  if (isWallOff(nowMs, running, due !== undefined)) return { does: 'nothing' };
  const why = reasonOf(slots, nowMs, running);
  return due ? { does: 'change', slot: due, why } : { does: 'stop', why };
}

/** Time when to decide again: the next start or end after now; undefined: none is known. */
export function nextEdgeMs({ slots }: Timetable, nowMs: number): number | undefined {
  for (const { fromMs, toMs } of slots) {
    if (fromMs > nowMs) return fromMs;
    if (toMs > nowMs) return toMs;
  }
  return undefined;
}

/**
 * Whether the running recording goes on because the wall clock jumped: either far away, where the calendar does not
 * fit, or past the recording's end while nothing else is due. Then the recording ends by the monotonic clock.
 */
function isWallOff(nowMs: number, { endsAtMs, leftMs = 0 }: Running, isOtherDue: boolean): boolean {
  if (endsAtMs === undefined || leftMs <= 0) return false;
  const jumpMs = nowMs + leftMs - endsAtMs;
  if (Math.abs(jumpMs) > LARGE_JUMP_MS) return true;
  return jumpMs > SMALL_JUMP_MS && nowMs >= endsAtMs && !isOtherDue;
}

/**
 * Whether the recording is over by the monotonic clock, while the wall clock is far before its end: it was set back,
 * and by it the recording would run for years.
 */
const isOverFarAway = (nowMs: number, { endsAtMs, leftMs }: Running): boolean =>
  endsAtMs !== undefined && leftMs !== undefined && leftMs <= 0 && nowMs + leftMs - endsAtMs < -LARGE_JUMP_MS;

const isNow = ({ fromMs, toMs }: Slot, nowMs: number): boolean => fromMs <= nowMs && nowMs < toMs;

/** Whether a person stopped the recording of this slot by hand. */
export const isStopped = ({ booking, fromMs }: Slot, { stopped }: Pick<ManualChanges, 'stopped'>): boolean =>
  stopped.some((one) => one.booking === booking.id && Math.min(fromMs, booking.startsAtMs) <= one.atMs);

/**
 * The slot of the running recording, if it goes on. A clock that was set back stops nothing: the recording goes on
 * until its end, unless its booking was moved.
 */
function ownSlot(slots: readonly Slot[], nowMs: number, { booking, plannedStartMs }: Running): Slot | undefined {
  return slots.find(
    (slot) =>
      slot.booking.id === booking &&
      nowMs < slot.toMs &&
      (slot.fromMs <= nowMs || slot.booking.startsAtMs === plannedStartMs),
  );
}

function reasonOf(slots: readonly Slot[], nowMs: number, { booking, plannedStartMs }: Running): StopReason {
  const own = slots.filter((slot) => slot.booking.id === booking);
  if (own.length === 0) return 'cancelled';
  const later = own.some(({ fromMs }) => fromMs > nowMs);
  const movedAway = own.every((slot) => slot.booking.startsAtMs !== plannedStartMs);
  return later && movedAway ? 'moved' : 'done';
}
