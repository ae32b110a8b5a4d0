import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Rect } from '#lib/media/geometry.ts';
import { momentIn, type Interval } from '#lib/media/intervals.ts';
import { byFew } from '../pictures/by-few.ts';
import { takeStills } from '../pictures/stills.ts';
import type { Programs } from '../asked.ts';
import type { Slide } from '../slides/slide-detector.ts';
import type { Window } from '../slides/windows.ts';
import { readOnce, type KeptTexts } from './kept-texts.ts';
import type { ReadText, TextAsked } from './read-text.ts';
import type { Tesseract } from './tesseract.ts';

/** What is asked of reading the slides of a file. */
export interface SlideTextsAsked extends TextAsked {
  windows?: readonly Window[];
  /** Stretches of the file that are kept, if the slides have the times of what is left then; undefined: all is kept. */
  kept?: readonly Interval[] | undefined;
  /** Texts that were read before; without them each still is read. */
  texts?: KeptTexts | undefined;
  /** Gets the still of each slide (a JPEG), before it is removed, in any order: for a page of a document. */
  onStill?: (still: Buffer, slide: number) => void | Promise<void>;
  /** Told how much is done, 0 to 1. */
  onProgress?: (part: number) => void;
}

/**
 * Reads the text of each slide from the picture in which all of it is shown. A slide that is shown again has the text of the
 * earlier one, and no still is taken of it. Without tesseract (undefined) all texts are undefined, and stills are taken all
 * the same. A picture whose text is kept is not read again.
 */
export async function readSlideTexts(
  programs: Programs,
  tesseract: Tesseract | undefined,
  path: string,
  slides: readonly Slide[],
  asked: SlideTextsAsked,
): Promise<(ReadText | undefined)[]> {
  const texts: (ReadText | undefined)[] = slides.map(() => undefined);
  const earlier = ({ sameAs }: Slide, at: number): number | undefined =>
    sameAs !== undefined && sameAs < at ? sameAs : undefined;
  const numbered = slides.map((slide, at) => ({ ...slide, at, same: earlier(slide, at) }));
  const own = numbered.filter(({ same }) => same === undefined);
  let done = 0;
  await byFew(own, async (few) => {
    const moments = few.map(({ pictureMs }) => pictureMs);
    for (const [n, still] of (await stillsOf(programs, path, moments, asked)).entries()) {
      const { at } = few[n]!;
      await asked.onStill?.(still, at);
      texts[at] = tesseract && (await readOnce(tesseract, still, { ...asked, rect: undefined }));
      asked.onProgress?.((done += 1) / own.length);
    }
  });
  for (const { at, same } of numbered) if (same !== undefined) texts[at] = texts[same];
  return texts;
}

/** Stills of the slides at a few times (JPEGs): only the part of the picture in which they are. */
export async function stillsOf(
  programs: Programs,
  path: string,
  moments: readonly number[],
  asked: SlideTextsAsked,
): Promise<Buffer[]> {
  const stills = moments.map((ms) => ({
    atMs: momentIn(asked.kept, ms),
    to: join(asked.folder, `${randomUUID()}.jpg`),
    rect: asked.rect ?? windowAt(asked.windows ?? [], ms),
    quality: 2,
  }));
  try {
    await takeStills(programs, path, stills, asked);
    return await Promise.all(stills.map(({ to }) => readFile(to)));
  } finally {
    await Promise.all(stills.map(({ to }) => rm(to, { force: true })));
  }
}

const windowAt = (windows: readonly Window[], atMs: number): Rect | undefined =>
  (
    windows.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs) ??
    windows.findLast(({ fromMs }) => fromMs <= atMs)
  )?.rect;
