import type { BookedTakeEvent } from '../timetable/booked-takes.ts';
import type { StopReason } from '../timetable/decision.ts';
import { newHandOver, telling, type HandOver } from './hand-over.ts';
import type { HandOverStore } from './hand-over-store.ts';

const WHY_HELD: Partial<Record<StopReason, string>> = {
  cancelled: 'its event was cancelled, or moved to another hall, while it was recorded',
  moved: 'its event was moved to another time while it was recorded',
};

/** Enters into the hand-over of a take what the timetable does with it. */
export function noteBookedTake(store: HandOverStore, happened: BookedTakeEvent, nowMs: number): void {
  const next = nextOf(store.find(happened.take), happened, nowMs);
  if (next) void store.put(next).catch(() => undefined);
}

function nextOf(known: HandOver | undefined, happened: BookedTakeEvent, nowMs: number): HandOver | undefined {
  const { take, booking } = happened;
  if (happened.event === 'began') {
    const { held: _, ...open } = known ?? newHandOver(take, nowMs);
    return telling({ ...open, booking, step: 'recording' }, 'capturing');
  }
  if (!known) return undefined;
  if (happened.event === 'changed') return { ...known, booking };
  const held = WHY_HELD[happened.why];
  return telling({ ...known, ...(held ? { held } : {}), nextAtMs: nowMs }, 'capture_finished');
}
