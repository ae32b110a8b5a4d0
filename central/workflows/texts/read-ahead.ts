import { dirname } from 'node:path';
import { isImpossible } from '@amphi/lib/media/groups/byte-source.ts';
import { titledParts } from '@amphi/lib/analysis/texts/added-titles.ts';
import { readSlideTexts } from '@amphi/lib/analysis/texts/slide-texts.ts';
import type { Tesseract } from '@amphi/lib/analysis/texts/tesseract.ts';
import type { Programs } from '@amphi/lib/analysis/asked.ts';
import type { Slide } from '@amphi/lib/analysis/slides/slide-detector.ts';
import type { Window } from '@amphi/lib/analysis/slides/windows.ts';
import type { Database } from '../../store/connect.ts';
import { openFilm } from '../chunks/film/film.ts';
import { knownWords } from '../operations/find/slides/known-words.ts';
import { keptTexts } from './kept-texts.ts';

/** Slides of a film that grows. */
export interface GrowingSlides {
  event: string;
  /** Absolute path of the film. Files that exist while a slide is read are beside it. */
  path: string;
  slides: readonly Slide[];
  windows: readonly Window[];
  /** Slides from the first one on that were read. */
  read: number;
}

/** What slides are read with. */
export interface ReadAheadNeeds extends Programs {
  database: Database;
  tesseract: Tesseract;
  signal: AbortSignal;
}

/**
 * Reads the next slide of a film that has ended and is on the disk, with the titles that it had before something was added,
 * and keeps the texts: `extract-text` finds them by the pictures. Gives the number of slides that are read then: the same
 * as before if there is none to be read now. Rejects if it cannot be read.
 */
export async function readNextSlide(
  { database, tesseract, signal, ...programs }: ReadAheadNeeds,
  { event, path, slides, windows, read }: GrowingSlides,
): Promise<number> {
  const at = nextOf(slides, read);
  const slide = at === undefined ? undefined : slides[at];
  if (at === undefined || !slide) return read;
  const onDiskMs = await lengthOnDisk(path);
  // It does not go group by group: nobody knows how much of it is there.
  if (onDiskMs === undefined) return settledOf(slides);
  if (onDiskMs < slide.toMs) return read;
  const known = await knownWords(database, event);
  const asked = {
    folder: dirname(path),
    windows,
    languages: known.language.recognised,
    words: known.words,
    texts: keptTexts({ database }, event),
    signal,
  };
  const texts = await readSlideTexts(programs, tesseract, path, [slide], asked);
  await titledParts(programs, tesseract, path, { slides: [slide], texts }, asked);
  return at + 1;
}

/** Slides that have ended: all but the last one, which may still change. */
const settledOf = (slides: readonly Slide[]): number => Math.max(0, slides.length - 1);

/** The number of the next slide that has ended, was not read and has a picture of its own; undefined: there is none. */
export function nextOf(slides: readonly Slide[], read: number): number | undefined {
  const at = slides.slice(0, settledOf(slides)).findIndex(({ sameAs }, n) => n >= read && sameAs === undefined);
  return at < 0 ? undefined : at;
}

/** Milliseconds of a growing film that are on the disk as whole groups; undefined: it does not go group by group. */
async function lengthOnDisk(path: string): Promise<number | undefined> {
  const film = await openFilm(path, false);
  if (isImpossible(film)) return undefined;
  try {
    return (film.groups.at(-1)?.endTicks ?? 0) / 90;
  } finally {
    await film.close();
  }
}
