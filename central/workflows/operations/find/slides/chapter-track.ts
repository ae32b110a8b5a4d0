import { formatWebVtt } from '@amphi/lib/analysis/captions/write-captions.ts';
import type { Slide } from '@amphi/lib/analysis/slides/slide-detector.ts';

/** A chapter of a recording. */
export interface Chapter {
  fromMs: number;
  toMs: number;
  title: string;
}

/** Chapters as WebVTT. */
export const formatChapters = (chapters: readonly Chapter[]): string =>
  formatWebVtt(
    chapters.map(({ fromMs, toMs, title }) => ({ fromMs, toMs: Math.max(toMs, fromMs + 1), text: oneLine(title) })),
  );

/** A chapter for each slide, with its title, or its number where it has none; slides of one title are one chapter. */
export function chaptersOfSlides(
  slides: readonly Pick<Slide, 'fromMs' | 'toMs'>[],
  titles: readonly (string | undefined)[],
): Chapter[] {
  const chapters: Chapter[] = [];
  for (const [at, { fromMs, toMs }] of slides.entries()) {
    const title = oneLine(titles[at] ?? '') || String(at + 1);
    const last = chapters.at(-1);
    if (last?.title === title) last.toMs = toMs;
    else chapters.push({ fromMs, toMs, title });
  }
  return chapters;
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
