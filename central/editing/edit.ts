import { isWhole, keptWithin } from '@amphi/lib/opencast/smil/kept.ts';
import { complement, type Interval } from '@amphi/lib/media/intervals.ts';
import { z } from 'zod';

/**
 * An edit of a recording: its cut, chapters, captions and descriptions, as the editor sends them. Times are milliseconds
 * from the beginning of the recording. Pages import its types.
 */

/** Longest recording that is edited, in milliseconds (48 hours); times behind it are refused. */
const MOST_MS = 48 * 3_600_000;
/** Parts of each kind; an edit with more is refused. Captions of a day of speech are fewer. */
const MOST = { segments: 2000, chapters: 1000, captions: 50, cues: 50_000, persons: 100 };
/** Characters of one caption, and of a title; longer ones are refused. */
const MOST_CHARS = { cue: 2000, title: 200, word: 500, text: 20_000 };

const time = z.int().min(0).max(MOST_MS);
const list = z.array(z.string().max(MOST_CHARS.word)).max(MOST.persons);
const text = z.string().max(MOST_CHARS.text);

const segment = z.strictObject({ start: time, end: time, deleted: z.boolean() });
const chapter = z.strictObject({ start: time, title: z.string().max(MOST_CHARS.title) });
const cue = z.strictObject({
  start: time,
  end: time,
  text: z.string().max(MOST_CHARS.cue),
  /** Name of the speaker, where a file tells it. */
  speaker: z.string().max(MOST_CHARS.title).optional(),
});

/** Language of captions, as BCP 47 has it: `fr`, `en-GB`; '': not told. */
const language = z.string().regex(/^$|^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/, 'must be a language such as fr or en-GB');

const captions = z.strictObject({
  /** Id of the file that they were read from; null: they are new. */
  id: z.string().max(200).nullable(),
  language,
  cues: z.array(cue).max(MOST.cues),
});

/** Descriptions of the event that the editor shows. */
const words = z.strictObject({
  /** Title; an edit with an empty one may be a draft, and is not saved. */
  title: z.string().max(MOST_CHARS.word),
  creators: list,
  contributors: list,
  subjects: list,
  description: text,
  language: z.string().max(50),
  license: z.string().max(MOST_CHARS.word),
  rightsHolder: z.string().max(MOST_CHARS.word),
});

/** An edit, with limits for each part. */
export const edit = z.strictObject({
  segments: z.array(segment).max(MOST.segments),
  chapters: z.array(chapter).max(MOST.chapters),
  captions: z.array(captions).max(MOST.captions),
  /** Time of the picture that was chosen as cover; null: none was chosen. */
  cover: time.nullable(),
  words,
});

export type Edit = z.output<typeof edit>;
export type EditSegment = z.output<typeof segment>;
export type EditCue = z.output<typeof cue>;
export type EditCaptions = z.output<typeof captions>;
export type EditWords = z.output<typeof words>;

/** Stretches that a cut keeps within a recording of a length, in order, neighbours as one. */
export const keptOf = (segments: readonly EditSegment[], durationMs: number): readonly Interval[] =>
  keptWithin(
    segments.flatMap(({ start, end, deleted }) => (deleted ? [] : [{ fromMs: start, toMs: end }])),
    durationMs > 0 ? durationMs : MOST_MS,
  ).kept;

/** Whether a cut keeps the whole recording. */
export const isWholeCut = (segments: readonly EditSegment[], durationMs: number): boolean =>
  isWhole(keptOf(segments, durationMs), durationMs);

/** The segments of a whole recording from the stretches that are kept: what lies between them is cut away. */
export function segmentsOf(kept: readonly Interval[], durationMs: number): EditSegment[] {
  const all = [
    ...kept.map((one) => ({ ...one, deleted: false })),
    ...complement(kept, durationMs).map((one) => ({ ...one, deleted: kept.length > 0 })),
  ];
  return all
    .toSorted((one, other) => one.fromMs - other.fromMs)
    .map(({ fromMs, toMs, deleted }) => ({ start: Math.round(fromMs), end: Math.round(toMs), deleted }));
}

/** Difference in milliseconds between two lengths of one recording, as two programs measure it: no mistake. */
const SLACK_MS = 100;

/**
 * Mistakes of an edit for a recording of a length: each says what would be right. A length of 0 is not known, and nothing
 * is compared with it.
 */
export function mistakesOfEdit(
  { segments, chapters, captions, cover, words: told }: Edit,
  durationMs: number,
): string[] {
  const end = durationMs > 0 ? durationMs + SLACK_MS : Infinity;
  const length = clockOf(durationMs);
  const mistakes: string[] = [];
  if (told.title.trim() === '') mistakes.push('the title must not be empty');
  if (segments.some((one) => one.end <= one.start))
    mistakes.push('a segment ends before it begins: its end must be later than its start');
  if (segments.some((one) => !one.deleted && one.start >= end))
    mistakes.push(`a segment begins behind the end of the recording, which is ${length} long`);
  if (segments.length > 0 && keptOf(segments, durationMs).length === 0)
    mistakes.push('the cut leaves nothing: one segment at least must be kept');
  if (chapters.some((one) => one.start >= end))
    mistakes.push(`a chapter begins behind the end of the recording, which is ${length} long`);
  if (cover !== null && cover >= end)
    mistakes.push(`the cover is behind the end of the recording, which is ${length} long`);
  for (const { language: of, cues } of captions) {
    const name = of === '' ? 'the captions' : `the captions (${of})`;
    const backward = cues.find((one) => one.end <= one.start);
    const late = cues.filter((one) => one.start >= end).at(-1);
    if (backward) mistakes.push(`${name} have one at ${clockOf(backward.start)} that ends before it begins`);
    if (late)
      mistakes.push(
        `${name} go on until ${clockOf(late.end)}, the recording is ${length} long: they are of another one`,
      );
  }
  return mistakes;
}

/** A time as `1:04:05`. */
export function clockOf(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
