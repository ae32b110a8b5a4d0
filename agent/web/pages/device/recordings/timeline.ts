import type { RecordingEntry } from '../../shared/api-types.ts';

/** A place in a recording: a part, and the time from its beginning. */
export interface Spot {
  part: number;
  offsetMs: number;
}

type Parts = Pick<RecordingEntry, 'parts'>;
const isThere = ({ state }: RecordingEntry['parts'][number]): boolean => state !== 'lost' && state !== 'failed';

/** The parts that can be played, in their order. */
export const playableParts = ({ parts }: Parts): RecordingEntry['parts'] =>
  parts.filter(isThere).toSorted((a, b) => a.number - b.number);

/** The time of a spot from the beginning of the whole recording. Pure. */
export function wholeMs(recording: Parts, { part, offsetMs }: Spot): number {
  const before = playableParts(recording).filter(({ number }) => number < part);
  return before.reduce((sum, { durationMs }) => sum + durationMs, 0) + offsetMs;
}

/**
 * The spot at a time from the beginning of the whole recording; the end of a shorter one. Undefined if nothing can be
 * played.
 */
export function spotAt(recording: Parts, atMs: number): Spot | undefined {
  let left = atMs;
  const parts = playableParts(recording);
  for (const { number, durationMs } of parts) {
    if (left < durationMs) return { part: number, offsetMs: left };
    left -= durationMs;
  }
  const last = parts.at(-1);
  return last && { part: last.number, offsetMs: last.durationMs };
}

/** Whether a recording has all words of a search in its description or its name. */
export function isLike({ metadata, base }: Pick<RecordingEntry, 'metadata' | 'base'>, search: string): boolean {
  const { title, presenter, series, course } = metadata;
  const text = plain([title, presenter, series, course, base].join(' '));
  return plain(search)
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** The text without accents and capitals. */
const plain = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
