import type { Slide } from './slide-detector.ts';

/** A chapter of a recording. */
export interface Chapter {
  fromMs: number;
  toMs: number;
  title?: string;
}

/** How chapters are made of slides. */
export interface ChaptersAsked {
  /** Titles of the slides, in their order. */
  titles?: readonly (string | undefined)[];
  /** Milliseconds of a chapter, at least (8000): a slide that was leafed through belongs to the chapter before it. */
  leastMs?: number;
}

/**
 * Chapters of slides: without gaps, from the first slide to the end of the last. Slides with the same title, one after the
 * other, are one chapter.
 */
export function chaptersOf(slides: readonly Slide[], { titles = [], leastMs = 8000 }: ChaptersAsked = {}): Chapter[] {
  const chapters: Chapter[] = [];
  for (const [at, { fromMs, toMs }] of slides.entries()) {
    const title = titles[at];
    const before = chapters.at(-1);
    const isFirst = chapters.length === 1 && before !== undefined && before.toMs - before.fromMs < leastMs;
    if (isFirst) chapters[0] = { fromMs: before.fromMs, toMs, ...(title ? { title } : {}) };
    else if (before && (toMs - fromMs < leastMs || isSameTitle(before.title, title))) before.toMs = toMs;
    else chapters.push({ fromMs, toMs, ...(title ? { title } : {}) });
  }
  return chapters;
}

const plain = (title: string): string =>
  title
    .normalize('NFKC')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .toLowerCase();
const isSameTitle = (a: string | undefined, b: string | undefined): boolean =>
  a !== undefined && b !== undefined && plain(a) !== '' && plain(a) === plain(b);
