import { nextKey } from './chapters.ts';

/** Captions of one language while they are edited. Times are milliseconds from the beginning of the recording. Pure. */
export interface CaptionTrack {
  key: number;
  /** Id of the file that they come from; null: they are new. */
  id: string | null;
  /** Language, such as `fr`; '': not told. */
  language: string;
  cues: readonly Cue[];
}

/** One caption. */
export interface Cue {
  key: number;
  startMs: number;
  endMs: number;
  text: string;
  /** Name of the speaker, where a file told it. */
  speaker?: string | undefined;
}

/** Time in milliseconds for which a new caption is shown. */
const NEW_MS = 3000;
/** Shortest caption in milliseconds: a shorter one cannot be read. */
const LEAST_MS = 200;

const sorted = (cues: readonly Cue[]): Cue[] =>
  cues.toSorted((one, other) => one.startMs - other.startMs || one.endMs - other.endMs);

/** The tracks with one of them changed. */
export const changedTrack = (
  tracks: readonly CaptionTrack[],
  key: number,
  change: (track: CaptionTrack) => Partial<CaptionTrack>,
): CaptionTrack[] => tracks.map((one) => (one.key === key ? { ...one, ...change(one) } : one));

/** The tracks with a new one. */
export const withTrack = (
  tracks: readonly CaptionTrack[],
  language: string,
  cues: readonly Omit<Cue, 'key'>[],
): CaptionTrack[] => [
  ...tracks,
  { key: nextKey(tracks), id: null, language, cues: sorted(cues.map((one, n) => ({ ...one, key: n + 1 }))) },
];

/** The captions with a new one at a time; it ends where the next one begins, and at the end of the recording. */
export function withCue(cues: readonly Cue[], atMs: number, durationMs: number): Cue[] {
  const startMs = Math.max(0, Math.min(atMs, durationMs - LEAST_MS));
  const next = sorted(cues).find((one) => one.startMs > startMs);
  const endMs = Math.max(startMs + LEAST_MS, Math.min(startMs + NEW_MS, next?.startMs ?? durationMs, durationMs));
  return sorted([...cues, { key: nextKey(cues), startMs, endMs, text: '' }]);
}

/** The captions with another text or time for one of them; times out of order are kept, and `mistakesOf` tells them. */
export const changedCue = (cues: readonly Cue[], key: number, change: Partial<Omit<Cue, 'key'>>): Cue[] =>
  sorted(cues.map((one) => (one.key === key ? { ...one, ...change } : one)));

export const withoutCue = (cues: readonly Cue[], key: number): Cue[] => cues.filter((one) => one.key !== key);

/**
 * The captions moved by a time, later or earlier (below 0): all of them, or those from a time on. None is moved before
 * the beginning of the recording: they are moved less then, all by the same.
 */
export function shiftedCues(cues: readonly Cue[], byMs: number, fromMs = 0): Cue[] {
  const first = Math.min(...cues.filter(({ startMs }) => startMs >= fromMs).map(({ startMs }) => startMs));
  const by = Math.max(byMs, -first);
  if (!Number.isFinite(by)) return [...cues];
  return sorted(
    cues.map((one) => (one.startMs >= fromMs ? { ...one, startMs: one.startMs + by, endMs: one.endMs + by } : one)),
  );
}

/** What is wrong with a caption. */
export type CueMistake = 'ends before it begins' | 'behind the end' | 'over the next';

/** Mistakes of captions, by their keys; `over the next` hinders nothing. The captions must be in order. */
export function mistakesOf(cues: readonly Cue[], durationMs: number): Map<number, CueMistake> {
  const found = new Map<number, CueMistake>();
  for (const [n, { key, startMs, endMs }] of cues.entries()) {
    if (endMs <= startMs) found.set(key, 'ends before it begins');
    else if (startMs >= durationMs) found.set(key, 'behind the end');
    else if (endMs > (cues[n + 1]?.startMs ?? Infinity)) found.set(key, 'over the next');
  }
  return found;
}

/** The captions that are shown at a time; several where they overlap. */
export const cuesAt = (cues: readonly Cue[], ms: number): Cue[] =>
  cues.filter(({ startMs, endMs }) => startMs <= ms && ms < endMs);
