import { z } from 'zod';
import type { Slide } from './slide-detector.ts';

/** Slides of a film, with what a catalog of segments cannot say, such as when a slide is whole. */
export interface SlideList {
  slides: readonly Slide[];
  /** Length of the film, where the list says it. */
  durationMs?: number | undefined;
}

/** Slides of a list, and additions to a slide; a list with more is refused. */
const MOST_SLIDES = 20_000;
const MOST_ADDITIONS = 20_000;

const ms = z.number().min(0).max(1e9);
const schema = z.object({
  durationMs: ms.optional(),
  slides: z
    .array(
      z.object({
        fromMs: ms,
        toMs: ms,
        pictureMs: ms,
        sameAs: z.int().min(0).optional(),
        additionsMs: z.array(ms).max(MOST_ADDITIONS).default([]),
      }),
    )
    .max(MOST_SLIDES),
});

/** A list of slides as a text (JSON). */
export const formatSlideList = ({ slides, durationMs }: SlideList): string => JSON.stringify({ durationMs, slides });

/**
 * The list of slides in a text; undefined if it is none, or not in the order of time. A slide ends with the next one at the latest; one
 * that is to be the same as a later one is one of its own.
 */
export function parseSlideList(text: string): SlideList | undefined {
  try {
    const { slides, durationMs } = schema.parse(JSON.parse(text));
    if (slides.some(({ fromMs }, at) => fromMs < (slides[at - 1]?.fromMs ?? 0))) return undefined;
    const checked = slides.map(({ sameAs, ...slide }, at) => ({
      ...slide,
      toMs: Math.min(slide.toMs, slides[at + 1]?.fromMs ?? Infinity),
      ...(sameAs !== undefined && sameAs < at ? { sameAs } : {}),
    }));
    return { slides: checked, durationMs };
  } catch {
    return undefined;
  }
}
