import type { Slide } from '@amphi/lib/analysis/slides/slide-detector.ts';

/** A chapter of a recording. */
export interface Chapter {
  fromMs: number;
  toMs: number;
  title: string;
}

/** Chapters as WebVTT. */
export const formatChapters = (chapters: readonly Chapter[]): string =>
  `WEBVTT\n\n${chapters
    .map(({ fromMs, toMs, title }) => `${time(fromMs)} --> ${time(Math.max(toMs, fromMs + 1))}\n${escaped(title)}\n`)
    .join('\n')}`;

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

const escaped = (text: string): string =>
  oneLine(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function time(ms: number): string {
  const whole = Math.round(ms);
  const parts = [Math.floor(whole / 3_600_000), Math.floor(whole / 60_000) % 60, Math.floor(whole / 1000) % 60];
  return `${parts.map((part) => String(part).padStart(2, '0')).join(':')}.${String(whole % 1000).padStart(3, '0')}`;
}
