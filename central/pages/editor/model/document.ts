import type { Edit, EditWords } from '../../../editing/edit.ts';
import type { CaptionTrack } from './captions.ts';
import type { Chapter } from './chapters.ts';
import { frameOfMs, msOfFrame } from './frames.ts';
import { keptFrames, whole, type Segment } from './segments.ts';

/** All that is edited. Cuts and chapters are in pictures, captions in milliseconds. */
export interface EditDocument {
  segments: readonly Segment[];
  chapters: readonly Chapter[];
  captions: readonly CaptionTrack[];
  /** Picture that is the cover; null: none was chosen. */
  cover: number | null;
  words: EditWords;
}

/** Length of a recording in pictures, and their rate. */
export interface Pictures {
  frames: number;
  rate: number;
}

/** A document of an edit that the server sent. Segments that leave gaps or overlap are put right: gaps are kept. */
export function documentOf(
  { segments, chapters, captions, cover, words }: Edit,
  { frames, rate }: Pictures,
): EditDocument {
  const frameOf = (ms: number): number => Math.min(frames, frameOfMs(ms, rate));
  return {
    segments: inOrder(
      segments.map(({ start, end, deleted }) => ({ from: frameOf(start), to: frameOf(end), deleted })),
      frames,
    ),
    chapters: chapters
      .map(({ start, title }, n) => ({ key: n + 1, at: Math.min(frames - 1, frameOf(start)), title }))
      .toSorted((one, other) => one.at - other.at),
    captions: captions.map(({ id, language, cues }, n) => ({
      key: n + 1,
      id,
      language,
      cues: cues.map(({ start, end, ...text }, at) => ({ key: at + 1, startMs: start, endMs: end, ...text })),
    })),
    cover: cover === null ? null : Math.min(frames - 1, frameOf(cover)),
    words,
  };
}

/** Pictures at the end of a recording that count as none: two programs measure its length differently. */
const SLACK_FRAMES = 2;

function inOrder(segments: readonly Segment[], frames: number): Segment[] {
  const all: Segment[] = [];
  let at = 0;
  for (const one of segments.toSorted((a, b) => a.from - b.from)) {
    const [from, to] = [Math.max(at, one.from), Math.min(one.to, frames)];
    if (from >= to) continue;
    if (from > at) all.push({ from: at, to: from, deleted: false });
    all.push({ from, to, deleted: one.deleted });
    at = to;
  }
  const last = all.at(-1);
  if (!last) return whole(frames);
  if (at >= frames) return all;
  if (frames - at <= SLACK_FRAMES) return [...all.slice(0, -1), { ...last, to: frames }];
  return [...all, { from: at, to: frames, deleted: false }];
}

/** The edit of a document, as the server takes it. */
export function editOf({ segments, chapters, captions, cover, words }: EditDocument, { rate }: Pictures): Edit {
  const msOf = (frame: number): number => msOfFrame(frame, rate);
  return {
    segments: segments.map(({ from, to, deleted }) => ({ start: msOf(from), end: msOf(to), deleted })),
    chapters: chapters.map(({ at, title }) => ({ start: msOf(at), title })),
    captions: captions.map(({ id, language, cues }) => ({
      id,
      language,
      cues: cues.map(({ key: _key, startMs, endMs, ...text }) => ({ start: startMs, end: endMs, ...text })),
    })),
    cover: cover === null ? null : msOf(cover),
    words,
  };
}

/** A reason why a document cannot be saved. */
export type NotSavable = 'nothing kept' | 'no title' | 'captions';

/** Reasons why a document cannot be saved; none: it can. */
export function whyNotSaved({ segments, captions, words }: EditDocument, durationMs: number): NotSavable[] {
  const why: NotSavable[] = [];
  if (keptFrames(segments) === 0) why.push('nothing kept');
  if (words.title.trim() === '') why.push('no title');
  if (captions.some(({ cues }) => cues.some((one) => one.endMs <= one.startMs || one.startMs >= durationMs)))
    why.push('captions');
  return why;
}
