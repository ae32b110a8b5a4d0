import type { Slide } from '@amphi/lib/analysis/slides/slide-detector.ts';

/** Chapters as WebVTT: one for each slide, with its title, or its number where it has none. */
export function formatChapters(
  slides: readonly Pick<Slide, 'fromMs' | 'toMs'>[],
  titles: readonly (string | undefined)[],
): string {
  const cues = slides.flatMap(({ fromMs, toMs }, at) => {
    const title = oneLine(titles[at] ?? '') || String(at + 1);
    const before = at > 0 && oneLine(titles[at - 1] ?? '') === title;
    return before ? [] : [{ fromMs, toMs, title, at }];
  });
  const lines = cues.map(({ fromMs, title }, at) => {
    // A chapter goes on while slides with its title follow.
    const toMs = cues[at + 1]?.fromMs ?? slides.at(-1)?.toMs ?? fromMs;
    return `${clock(fromMs)} --> ${clock(Math.max(toMs, fromMs + 1))}\n${escaped(title)}\n`;
  });
  return `WEBVTT\n\n${lines.join('\n')}`;
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function clock(ms: number): string {
  const whole = Math.round(ms);
  const parts = [Math.floor(whole / 3_600_000), Math.floor(whole / 60_000) % 60, Math.floor(whole / 1000) % 60];
  return `${parts.map((part) => String(part).padStart(2, '0')).join(':')}.${String(whole % 1000).padStart(3, '0')}`;
}
