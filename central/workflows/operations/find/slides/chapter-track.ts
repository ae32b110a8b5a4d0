import { formatWebVtt } from '@amphi/lib/analysis/captions/write-captions.ts';
import type { TitledPart } from '@amphi/lib/analysis/texts/added-titles.ts';

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

/**
 * A chapter for each slide, or part of one, with its title, or its number where it has none; those of one title that follow
 * each other are one chapter.
 */
export function chaptersOfSlides(titled: readonly TitledPart[]): Chapter[] {
  const chapters: Chapter[] = [];
  for (const [at, part] of titled.entries()) {
    const title = oneLine(part.title ?? '') || String(at + 1);
    const last = chapters.at(-1);
    if (last?.title === title) last.toMs = part.toMs;
    else chapters.push({ fromMs: part.fromMs, toMs: part.toMs, title });
  }
  return chapters;
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
