import type { PartEnd } from '#agent/device/recording.ts';
import { waitMs, type Trouble } from '../server/answer.ts';
import type { GrowingSource } from './growing-source.ts';

/** The file of a part that is sent while it grows. */
export interface Growth {
  take: string;
  /** Name of the file. */
  part: string;
  stream: 2 | undefined;
  number: number;
  source: GrowingSource | undefined;
  /** Bytes that would survive a power cut. */
  durable: number;
  /** Id of the upload at the server; undefined: it is not begun. */
  id: string | undefined;
  /** Bytes that the server has. */
  sent: number;
  /** Whether `sent` is what the server says; after a failure it is asked. */
  isCertain: boolean;
  end: PartEnd | undefined;
  /** Whether the server was told the end. */
  isTold: boolean;
  /** Time (monotonic) after which the file is held no longer; undefined: it still grows. */
  heldUntilMs: number | undefined;
  /** Uploads that the server has lost. */
  lost: number;
  /** Failures in a row, the last one in words, and the time (monotonic) before which nothing is tried again. */
  failures: number;
  error: string | undefined;
  notBeforeMs: number;
}

/** A part of which nothing is known but the id of its upload, if it has one. */
export const newGrowth = (take: string, part: string, id: string | undefined): Growth => ({
  take,
  part,
  id,
  stream: undefined,
  number: 1,
  source: undefined,
  durable: 0,
  sent: 0,
  isCertain: false,
  end: undefined,
  isTold: false,
  heldUntilMs: undefined,
  lost: 0,
  failures: 0,
  error: undefined,
  notBeforeMs: 0,
});

/** Bytes that are to be sent now: those on the disk, up to the end. */
export const limitOf = ({ durable, end }: Growth): number => end?.bytes ?? durable;

/** Whether the server has all bytes of a part that has ended. */
export const isSent = ({ end, sent }: Growth): boolean => end !== undefined && sent >= end.bytes;

/** Bytes of a request: small enough that a cut line loses little, and that it takes seconds at a limited rate. */
const PIECE_BYTES = 1 << 20;
const PIECE_SECONDS = 2;

/** Bytes of the next request, at a rate of `maxKbps` (infinite: without a limit). */
export const pieceBytesOf = (missing: number, maxKbps: number): number =>
  Math.min(missing, PIECE_BYTES, Math.ceil((maxKbps * 1000 * PIECE_SECONDS) / 8));

/** What becomes of a file after a failure. */
export type Verdict =
  /** The server takes no files while they are recorded. */
  | 'cannot'
  /** It does not take this one: it is sent when it is finished. */
  | 'whole'
  /** It does not have the upload any more: it is begun anew. */
  | 'anew'
  | 'again';

/** Uploads of a part that a server may lose; then the part is sent when it is finished. */
const MOST_LOST = 2;

/** Decides what a failure means. */
export function verdictOf(kind: Trouble, { id, lost, end }: Pick<Growth, 'id' | 'lost' | 'end'>): Verdict {
  const isBegun = id !== undefined;
  if (kind === 'login') return isBegun ? 'again' : 'cannot';
  if (kind === 'missing') return !isBegun ? 'cannot' : end || lost >= MOST_LOST ? 'whole' : 'anew';
  if (kind === 'conflict') return isBegun ? 'again' : 'whole';
  return kind === 'refused' || kind === 'forbidden' ? 'whole' : 'again';
}

const WAITS = { firstMs: 1000, mostMs: 30_000 };

/** Wait in ms after so many failures in a row. */
export const retryMs = (failures: number, random: number): number => waitMs(failures, WAITS, random);
