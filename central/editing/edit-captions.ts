import { isCaptions, MOST_BYTES, readCaptions } from '@amphi/lib/analysis/captions/read-captions.ts';
import { formatWebVtt } from '@amphi/lib/analysis/captions/write-captions.ts';
import type { Edit, EditCue } from './edit.ts';

/** Captions of an edit as texts. Chapters are such texts too. */

/** Bytes of a file of captions; a larger one is refused. */
export const MOST_CAPTION_BYTES = MOST_BYTES;

/** Captions that were read, with what was left out; or the mistake, with its line. */
export type CuesRead = { cues: EditCue[]; notes: readonly string[] } | { mistake: string; line?: number };

/** Reads captions in WebVTT or SRT. A WebVTT without captions has none, and no mistake. */
export async function readCues(bytes: Uint8Array): Promise<CuesRead> {
  const read = await readCaptions(bytes);
  if (!isCaptions(read)) return isEmptyVtt(bytes) ? { cues: [], notes: [] } : read;
  const { cues, notes } = read;
  return { cues: cues.map(({ fromMs, toMs, ...text }) => ({ start: fromMs, end: toMs, ...text })), notes };
}

/** Bytes of a WebVTT that can be empty: a longer one has captions, or a mistake. */
const EMPTY_BYTES = 1000;

const isEmptyVtt = (bytes: Uint8Array): boolean =>
  bytes.length <= EMPTY_BYTES && /^\uFEFF?WEBVTT\b(?![^]*->)/.test(Buffer.from(bytes).toString('utf8'));

/** Chapters as WebVTT: each lasts until the next one, the last one until the end. One without a title has its number. */
export function chaptersVtt(chapters: Edit['chapters'], durationMs: number): string {
  const all = chapters.toSorted((one, other) => one.start - other.start);
  return vttOf(
    all.map(({ start, title }, n) => ({
      start,
      end: Math.max(start + 1, all[n + 1]?.start ?? durationMs),
      text: title.trim() || String(n + 1),
    })),
  );
}

/** Captions as WebVTT, in order. Those without a text are left out. */
export const vttOf = (cues: readonly EditCue[], language?: string): string =>
  formatWebVtt(
    cues
      .filter(({ text }) => text.trim() !== '')
      .toSorted((one, other) => one.start - other.start || one.end - other.end)
      .map(({ start, end, ...text }) => ({ fromMs: start, toMs: end, ...text })),
    language || undefined,
  );
