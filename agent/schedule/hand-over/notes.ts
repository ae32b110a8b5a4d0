import type { TakeNotes } from '../timetable/conductor.ts';
import type { Recordings } from '../recordings.ts';
import type { StopReason } from '../timetable/decision.ts';
import { newHandOver, telling, type HandOver } from './hand-over.ts';
import type { HandOverShelf } from './shelf.ts';

/** What the notes need. */
export interface NotesOptions {
  shelf: HandOverShelf;
  recordings: Recordings;
  nowMs: () => number;
  onChange: () => void;
}

const WHY_HELD: Partial<Record<StopReason, string>> = {
  cancelled: 'its event was cancelled, or moved to another hall, while it was recorded',
  moved: 'its event was moved to another time while it was recorded',
};

/** Opens the notes of which take records which booking; they are the first entries of its hand-over. */
export function openTakeNotes({ shelf, recordings, nowMs, onChange }: NotesOptions): TakeNotes {
  const keep = (handOver: HandOver): void => {
    void shelf.put(handOver).catch(() => undefined);
    onChange();
  };
  return {
    begin(take, booking) {
      const known = shelf.find(take) ?? newHandOver(take, nowMs());
      const { held: _, ...open } = known;
      keep(telling({ ...open, booking, step: 'recording' }, 'capturing'));
    },
    bookingOf: (take) => shelf.find(take)?.booking,
    update(take, booking) {
      const known = shelf.find(take);
      if (known) keep({ ...known, booking });
    },
    ended(take, why) {
      const known = shelf.find(take);
      if (!known) return;
      const held = WHY_HELD[why];
      keep(telling({ ...known, ...(held ? { held } : {}), nextAtMs: nowMs() }, 'capture_finished'));
    },
    unfinished(booking, fromMs) {
      const fitting = recordings.list().filter(({ id, bookingId, startedAtMs }) => {
        const known = shelf.find(id);
        const isOpen = known?.step === 'recording' && known.held === undefined;
        return isOpen && bookingId === booking.id && startedAtMs >= fromMs - 1000;
      });
      return fitting.at(-1)?.id;
    },
  };
}
