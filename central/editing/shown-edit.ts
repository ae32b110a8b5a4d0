import { z } from 'zod';
import { edit } from './edit.ts';

/** What the server tells an editor of a recording. Pages import its types. */

const interval = z.object({ start: z.number(), end: z.number() });
const size = z.number().nullable();

const source = z.object({
  type: z.string(),
  id: z.string(),
  url: z.string(),
  /** The recorded file, from which the cover is taken. */
  sourceUrl: z.string(),
  mimeType: z.string(),
  isPreview: z.boolean(),
  hasVideo: z.boolean(),
  hasAudio: z.boolean(),
  widthPx: size,
  heightPx: size,
  coverUrl: z.string().nullable(),
});
/** A picture with `count` small ones, row by row, at even distances over the recording. */
const sprite = z.object({
  url: z.string(),
  count: z.number(),
  columns: z.number(),
  rows: z.number(),
  widthPx: z.number(),
  heightPx: z.number(),
});
export type ShownSprite = z.output<typeof sprite>;
const waveform = z.object({ type: z.string(), url: z.string(), mimeType: z.string() });
const slide = interval.extend({ title: z.string() });
const draft = z.object({
  edit,
  base: z.number(),
  revision: z.number(),
  changedAt: z.string(),
  /** Whether somebody changed the recording, or its edit, since the draft began. */
  isOutdated: z.boolean(),
});

/** Who edits an event: the window that asks (`isOwn`) or another one, and who came besides. */
const shownLock = z.object({
  account: z.string(),
  since: z.string(),
  expires: z.string(),
  isOwn: z.boolean(),
  second: z.object({ account: z.string(), at: z.string() }).nullable(),
});
export type ShownLock = z.output<typeof shownLock>;

/** Everything that the editor shows of an event. Times are milliseconds from the beginning of the recording. */
export const shownEdit = z.object({
  event: z.object({
    id: z.string(),
    title: z.string(),
    series: z.string().nullable(),
    startsAt: z.string().nullable(),
  }),
  account: z.string(),
  version: z.number(),
  durationMs: z.number(),
  /** Pictures a second: cuts are made between pictures. */
  rate: z.number(),
  frames: z.number(),
  /** Files that each source was recorded in; with more than one they are cut after they were joined. */
  parts: z.number(),
  sources: z.array(source),
  waveforms: z.array(waveform),
  /** Small pictures of the first source that has any; null: there are none. */
  sprite: sprite.nullable(),
  /** null: nobody looked for silences. */
  silences: z.array(interval).nullable(),
  /** null: nobody looked for slides. */
  slides: z.array(slide).nullable(),
  saved: edit,
  draft: draft.nullable(),
  /** Lock of another window; null: nobody else edits it. */
  lock: shownLock.nullable(),
  workflows: z.array(z.object({ id: z.string(), title: z.string() })),
  isProcessed: z.boolean(),
});
export type ShownEdit = z.output<typeof shownEdit>;
