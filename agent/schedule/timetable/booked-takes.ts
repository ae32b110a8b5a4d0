import { asList, openJsonFile } from '#lib/runtime/json-file.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { StopReason } from './decision.ts';
import type { Planned } from './timetable.ts';

/** Keeps which take records which booking, on disk, so that a restarted box continues the right one. */
export interface BookedTakes {
  begin(take: string, booking: Planned): void;
  /** The booking of a take, in its form at the beginning or of the last `update`. */
  bookingOf(take: string): Planned | undefined;
  /** Replaces the booking of a take by its present form. */
  update(take: string, booking: Planned): void;
  /** Must be called when a take has ended, as far as the timetable is concerned. */
  ended(take: string, why: StopReason): void;
  /** A take of this booking that was cut short since `fromMs` and can be continued; undefined if there is none. */
  unfinished(booking: Planned, fromMs: number): string | undefined;
  /** Waits for writes that are under way. */
  close(): Promise<void>;
}

/** What happens to the take of a booking, for the hand-over. */
export type BookedTakeEvent =
  | { event: 'began'; take: string; booking: Planned }
  | { event: 'changed'; take: string; booking: Planned }
  | { event: 'ended'; take: string; booking: Planned; why: StopReason };

/** Options of `openBookedTakes`. */
export interface BookedTakesOptions {
  file: string;
  nowMs: () => number;
  log: Log;
  /** Whether a take may be continued: its recording exists, and its hand-over has not begun. */
  mayGoOn: (take: string) => boolean;
  onEvent: (event: BookedTakeEvent) => void;
  /** Takes that an older version kept with the hand-overs; used if the file does not have them. */
  earlier: readonly { take: string; booking: Planned; atMs: number }[];
}

interface BookedTake {
  take: string;
  booking: Planned;
  beganAtMs: number;
  ended?: StopReason;
}

/**
 * Number of takes that are kept; the oldest are forgotten. The limit is a number and no age, since a wrong clock could
 * remove the one that runs.
 */
const MOST_KEPT = 500;
/**
 * Time in ms before a booking's beginning at which a take may have begun and still be of this beginning, since clocks
 * differ.
 */
const EARLY_MS = 1000;
/** Reasons after which a take is not continued, since its booking has become another one. */
const FINAL: readonly StopReason[] = ['cancelled', 'moved'];

/** Opens the booked takes in a file. */
export async function openBookedTakes(options: BookedTakesOptions): Promise<BookedTakes> {
  const { file, nowMs, log, mayGoOn, onEvent } = options;
  const takes = new Map<string, BookedTake>();
  for (const { take, booking, atMs } of options.earlier) takes.set(take, { take, booking, beganAtMs: atMs });
  const kept = openJsonFile<BookedTake[]>({ path: file, check: asList, otherwise: [], what: 'booked recordings', log });
  for (const one of await kept.read()) takes.set(one.take, one);
  const keep = (one: BookedTake): void => {
    takes.delete(one.take);
    takes.set(one.take, one);
    for (const take of [...takes.keys()].slice(0, -MOST_KEPT)) takes.delete(take);
    kept.keep([...takes.values()]);
  };
  return {
    begin(take, booking) {
      keep({ take, booking, beganAtMs: takes.get(take)?.beganAtMs ?? nowMs() });
      onEvent({ event: 'began', take, booking });
    },
    bookingOf: (take) => takes.get(take)?.booking,
    update(take, booking) {
      const known = takes.get(take);
      if (!known) return;
      keep({ ...known, booking });
      onEvent({ event: 'changed', take, booking });
    },
    ended(take, why) {
      const known = takes.get(take);
      if (!known) return;
      keep({ ...known, ended: why });
      onEvent({ event: 'ended', take, booking: known.booking, why });
    },
    unfinished(booking, fromMs) {
      const fitting = [...takes.values()].filter(({ take, booking: own, beganAtMs, ended }) => {
        const isFinal = ended !== undefined && FINAL.includes(ended);
        return own.id === booking.id && beganAtMs >= fromMs - EARLY_MS && !isFinal && mayGoOn(take);
      });
      return fitting.at(-1)?.take;
    },
    close: () => kept.close(),
  };
}
