import type { Slide } from '#lib/analysis/slides/slide-detector.ts';

/** What the thread that looks for slides does. Times are milliseconds from the beginning of a search. */
export type SlideCalls = {
  /** Looks at the next gray picture of a search; the first one begins it. Gives all slides so far if there is anything new. */
  look: (search: number, gray: Buffer, timeMs: number, form: string) => Slide[] | undefined;
  /** Ends a search and gives its slides. */
  end: (search: number, toMs: number) => Slide[];
};

/** What the thread may ask: nothing. */
export type SlideAsked = Record<string, never>;
