/** The thread that looks for slides: its work cannot delay the frame clock. */
import { MOST_ADDITIONS } from '#agent/recorder/take/placed-tracks.ts';
import { openSlideDetector, type Slide, type SlideDetector } from '#lib/analysis/slides/slide-detector.ts';
import { serveOwner } from '#lib/runtime/processes/thread-side.ts';
import type { SlideAsked, SlideCalls } from './slide-calls.ts';

interface Search {
  detector: SlideDetector;
  told: string;
}

const searches = new Map<number, Search>();

/** Slides without the additions that are not kept, so that a counter that runs is no news for ever. */
const cappedOf = (slides: readonly Slide[]): Slide[] =>
  slides.map((slide) => ({ ...slide, additionsMs: slide.additionsMs.slice(0, MOST_ADDITIONS) }));

/** What is new about slides, apart from the last good picture of each. */
const newsOf = (slides: readonly Slide[]): string =>
  JSON.stringify(slides.map(({ fromMs, sameAs, additionsMs }) => [fromMs, sameAs, additionsMs.length]));

serveOwner<SlideAsked, SlideCalls>(() => ({
  look(id, gray, timeMs, form) {
    const search = searches.get(id) ?? { detector: openSlideDetector(), told: '' };
    searches.set(id, search);
    search.detector.push(gray, timeMs, { name: form, covered: [] });
    const slides = cappedOf(search.detector.soFar(timeMs));
    const news = newsOf(slides);
    if (news === search.told) return undefined;
    search.told = news;
    return slides;
  },
  end(id, toMs) {
    const slides = searches.get(id)?.detector.end(toMs) ?? [];
    searches.delete(id);
    return cappedOf(slides);
  },
}));
