import { readFile } from 'node:fs/promises';
import { writeFileAtomically } from '#lib/runtime/files.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { StopReason } from './decision.ts';
import type { Planned } from './timetable.ts';

/** Which take records which booking; on disk, so that a box that starts again goes on with the right one. */
export interface BookedTakes {
  begin(take: string, booking: Planned): void;
  /** The booking of a take, as it was when the take began, or as `update` said it since. */
  bookingOf(take: string): Planned | undefined;
  /** The booking as its source says it now. */
  update(take: string, booking: Planned): void;
  /** The take has come to its end, as far as the timetable goes. */
  ended(take: string, why: StopReason): void;
  /** A take of this booking that was cut short since `fromMs`, and can be gone on with. */
  unfinished(booking: Planned, fromMs: number): string | undefined;
  /** Waits for what is being written. */
  close(): Promise<void>;
}

/** What happens to the take of a booking, for those who hand it over. */
export type BookedTakeEvent =
  | { event: 'began'; take: string; booking: Planned }
  | { event: 'changed'; take: string; booking: Planned }
  | { event: 'ended'; take: string; booking: Planned; why: StopReason };

export interface BookedTakesOptions {
  file: string;
  nowMs: () => number;
  log: Log;
  /** Whether the take may still grow: nobody has begun to hand it over, and its recording is there. */
  mayGoOn: (take: string) => boolean;
  onEvent: (event: BookedTakeEvent) => void;
  /** Takes of a version that kept bookings with the hand-overs alone; counted where the file has nothing of them. */
  earlier: readonly { take: string; booking: Planned; atMs: number }[];
}

interface BookedTake {
  take: string;
  booking: Planned;
  beganAtMs: number;
  ended?: StopReason;
}

/** Takes are forgotten so long after they began; a recording is a day long at most. */
const KEPT_MS = 7 * 86_400_000;
/** Clocks of box and timetable may differ by so much at the beginning of a booking. */
const EARLY_MS = 1000;
/** After these a take is not gone on with: its booking is another one now. */
const FINAL: readonly StopReason[] = ['cancelled', 'moved'];

export async function openBookedTakes(options: BookedTakesOptions): Promise<BookedTakes> {
  const { file, nowMs, log, mayGoOn, onEvent } = options;
  const takes = new Map<string, BookedTake>();
  for (const { take, booking, atMs } of options.earlier) takes.set(take, { take, booking, beganAtMs: atMs });
  for (const one of await read(file, log)) takes.set(one.take, one);
  let working: Promise<void> = Promise.resolve();
  const keep = (one: BookedTake): void => {
    takes.set(one.take, one);
    const sinceMs = nowMs() - KEPT_MS;
    for (const { take, beganAtMs } of takes.values()) if (beganAtMs < sinceMs) takes.delete(take);
    const text = JSON.stringify([...takes.values()]);
    working = working
      .then(() => writeFileAtomically(file, text))
      .catch((error: unknown) => log.error({ file, error: String(error) }, 'not saved'));
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
    close: () => working,
  };
}

async function read(file: string, log: Log): Promise<BookedTake[]> {
  try {
    const kept: unknown = JSON.parse(await readFile(file, 'utf8'));
    return Array.isArray(kept) ? (kept as BookedTake[]) : [];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') log.error({ file, error: String(error) }, 'cannot be read');
    return [];
  }
}
