import type { ManualChanges, Slot, Timetable } from './timetable.ts';

/** What is being recorded, as the timetable sees it. */
export interface Running {
  /** Absent: began by hand. */
  booking?: string;
  /** When its booking was to begin, as far as was known when it began. */
  plannedStartMs?: number;
  /** When it is to end. */
  endsAtMs?: number;
  /** Time until then on the monotonic clock: the wall clock may have jumped since the end was set. */
  leftMs?: number;
}

/** A jump of the wall clock beyond which it is believed in nothing while a recording runs. */
const LARGE_JUMP_MS = 12 * 3_600_000;
/** Jump of the wall clock up to which it counts as the same clock: clocks drift, and are kept right in small steps. */
const SMALL_JUMP_MS = 5000;

export type Decision =
  | { does: 'nothing' }
  | { does: 'start'; slot: Slot }
  /** What runs ends, and what is due begins with the very next frame. */
  | { does: 'change'; slot: Slot; why: StopReason }
  | { does: 'stop'; why: StopReason }
  | { does: 'move end'; slot: Slot };

/** `done`: at its end; `by hand`: a booking takes over from a recording that somebody started. */
export type StopReason = 'done' | 'cancelled' | 'moved' | 'by hand';

/** What should I be recording now? Asked at every change, at every edge of the timetable, and at the start of the box. */
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

/** When to ask again: the next edge after now; undefined: none is known. */
export function nextEdgeMs({ slots }: Timetable, nowMs: number): number | undefined {
  for (const { fromMs, toMs } of slots) {
    if (fromMs > nowMs) return fromMs;
    if (toMs > nowMs) return toMs;
  }
  return undefined;
}

/**
 * Whether what runs goes on, since the wall clock jumped: far away, where the calendar of another year is of no use; or past its end,
 * and nothing else is due. It ends when its own time is over.
 */
function isWallOff(nowMs: number, { endsAtMs, leftMs = 0 }: Running, isOtherDue: boolean): boolean {
  if (endsAtMs === undefined || leftMs <= 0) return false;
  const jumpMs = nowMs + leftMs - endsAtMs;
  if (Math.abs(jumpMs) > LARGE_JUMP_MS) return true;
  return jumpMs > SMALL_JUMP_MS && nowMs >= endsAtMs && !isOtherDue;
}

/** Whether its own time is over, while the wall clock is far before its end: it was set back, and would let it run for years. */
const isOverFarAway = (nowMs: number, { endsAtMs, leftMs }: Running): boolean =>
  endsAtMs !== undefined && leftMs !== undefined && leftMs <= 0 && nowMs + leftMs - endsAtMs < -LARGE_JUMP_MS;

const isNow = ({ fromMs, toMs }: Slot, nowMs: number): boolean => fromMs <= nowMs && nowMs < toMs;

/** Whether somebody stopped the recording of this slot by hand. */
export const isStopped = ({ booking, fromMs }: Slot, { stopped }: Pick<ManualChanges, 'stopped'>): boolean =>
  stopped.some((one) => one.booking === booking.id && Math.min(fromMs, booking.startsAtMs) <= one.atMs);

/** A clock that is set back stops nothing: what runs goes on until its end, unless its booking was moved. */
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
