import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Rect } from '#lib/media/geometry.ts';
import { momentIn, type Interval } from '#lib/media/intervals.ts';
import { takeStill } from '../pictures/stills.ts';
import type { Programs } from '../asked.ts';
import type { Slide } from '../slides/slide-detector.ts';
import type { Window } from '../slides/windows.ts';
import { readText, type ReadText, type TextAsked } from './read-text.ts';
import type { Tesseract } from './tesseract.ts';

/** What is asked of reading the slides of a file. */
export interface SlideTextsAsked extends TextAsked {
  windows?: readonly Window[];
  /** Stretches of the file that are kept, if the slides have the times of what is left then; undefined: all is kept. */
  kept?: readonly Interval[] | undefined;
  /** Gets the still of each slide (a JPEG), before it is removed: for a page of a document. */
  onStill?: (still: Buffer, slide: number) => void | Promise<void>;
  /** Told how much is done, 0 to 1. */
  onProgress?: (part: number) => void;
}

/**
 * Reads the text of each slide, in their order, from the picture in which all of it is shown. A slide that is shown
 * again has the text of the earlier one, and no still is taken of it. Without tesseract (undefined) all texts are undefined,
 * and stills are taken all the same.
 */
export async function readSlideTexts(
  programs: Programs,
  tesseract: Tesseract | undefined,
  path: string,
  slides: readonly Slide[],
  asked: SlideTextsAsked,
): Promise<(ReadText | undefined)[]> {
  const texts: (ReadText | undefined)[] = [];
  for (const [at, { pictureMs, sameAs }] of slides.entries()) {
    if (sameAs !== undefined && sameAs < at) texts.push(texts[sameAs]);
    else {
      const still = await stillOf(programs, path, pictureMs, asked);
      await asked.onStill?.(still, at);
      texts.push(tesseract && (await readText(tesseract, still, { ...asked, rect: undefined })));
    }
    asked.onProgress?.((at + 1) / slides.length);
  }
  return texts;
}

/** A still of the slides at a time (a JPEG): only the part of the picture in which they are. */
export async function stillOf(programs: Programs, path: string, atMs: number, asked: SlideTextsAsked): Promise<Buffer> {
  const file = join(asked.folder, `${randomUUID()}.jpg`);
  const rect = asked.rect ?? windowAt(asked.windows ?? [], atMs);
  try {
    await takeStill(programs, path, momentIn(asked.kept, atMs), file, { rect, quality: 2, signal: asked.signal });
    return await readFile(file);
  } finally {
    await rm(file, { force: true });
  }
}

const windowAt = (windows: readonly Window[], atMs: number): Rect | undefined =>
  (
    windows.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs) ??
    windows.findLast(({ fromMs }) => fromMs <= atMs)
  )?.rect;
