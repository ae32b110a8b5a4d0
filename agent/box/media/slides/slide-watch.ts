import type { SeenSlide, SlideWatch } from '#agent/device/recording.ts';
import type { Looker } from '#agent/media/looks.ts';
import { GRAY } from '#lib/analysis/slides/gray.ts';
import type { Slide } from '#lib/analysis/slides/slide-detector.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Peer } from '#lib/runtime/processes/peer.ts';
import { openThread, type Thread } from '#lib/runtime/processes/thread.ts';
import type { SlideAsked, SlideCalls } from './slide-calls.ts';

/** Looks for slides in the pictures of channel A while something is recorded, in a thread of its own. */
export interface SlideFinder {
  /** What the recorder asks. */
  watch: SlideWatch;
  /** What the engine gives pictures to. */
  looker: Looker;
  close(): Promise<void>;
}

/** Milliseconds between two looks: as often as the server looks at a film. */
const EVERY_MS = 900;
/** Heap of the thread in MB; if it needs more, it ends, and the slides of the recording are left out. */
const HEAP_MB = 48;
const TICKS_PER_MS = 90;

/** Opens the finder; its thread runs only while something is recorded. */
export function openSlideFinder(log: Log): SlideFinder {
  const thread = openThread<SlideCalls, SlideAsked>({
    name: 'slides',
    entry: new URL('./slide-thread.ts', import.meta.url),
    heapMB: HEAP_MB,
    serve: () => ({}),
    log,
  });
  const searches = new Set<Search>();
  let nextId = 1;
  return {
    watch: {
      begin(fromTicks, onSlides) {
        const search = startSearch(thread, {
          id: nextId++,
          fromTicks,
          onSlides,
          log,
          onOver: () => searches.delete(search),
        });
        searches.add(search);
        return { end: (toTicks) => search.end(toTicks), close: () => search.close() };
      },
    },
    looker: {
      size: GRAY,
      everyMs: EVERY_MS,
      isWanted: () => searches.size > 0,
      take(gray, ptsTicks, form) {
        for (const search of searches) search.look(gray, ptsTicks, form);
      },
    },
    close: () => thread.close(),
  };
}

interface Search {
  look(gray: Buffer, ptsTicks: number, form: string): void;
  end(toTicks: number): Promise<void>;
  close(): void;
}

interface SearchSettings {
  id: number;
  fromTicks: number;
  onSlides: (slides: readonly SeenSlide[] | undefined) => void;
  log: Log;
  onOver: () => void;
}

/** Starts a search. Its thread is kept as long as it lasts, since the thread knows what was seen. */
function startSearch(thread: Thread<SlideCalls>, settings: SearchSettings): Search {
  const { id, fromTicks, onSlides, log, onOver } = settings;
  const over = Promise.withResolvers<void>();
  const peer = Promise.withResolvers<Peer<SlideCalls>>();
  let theirs: Peer<SlideCalls> | undefined;
  let [isOver, isEnding, isLooking] = [false, false, false];
  const end = (): void => {
    isOver = true;
    onOver();
    over.resolve();
  };
  const fail = (error: unknown): void => {
    if (isOver) return;
    log.warn({ error: String(error) }, 'slides are not looked for any more in this recording');
    end();
    onSlides(undefined);
  };
  const msOf = (ticks: number): number => (ticks - fromTicks) / TICKS_PER_MS;
  const seen = (slides: readonly Slide[]): SeenSlide[] => slides.map((slide) => seenSlide(slide, fromTicks));
  peer.promise.catch(() => undefined);
  void thread
    .use(async (its) => {
      peer.resolve((theirs = its));
      await Promise.race([over.promise, its.closed]);
      if (!isOver) throw new Error('the thread has ended');
    })
    .catch((error: unknown) => (peer.reject(error), fail(error)));
  return {
    look(gray, ptsTicks, form) {
      // A picture that comes before the thread is done with the last one is not looked at; nor one after the end, which would begin anew.
      if (isOver || isEnding || isLooking || !theirs || ptsTicks < fromTicks) return;
      isLooking = true;
      void theirs
        .call('look', id, gray, msOf(ptsTicks), form)
        .then((slides) => void (slides && !isOver && onSlides(seen(slides))))
        .catch(fail)
        .finally(() => (isLooking = false));
    },
    async end(toTicks) {
      if (isOver || isEnding) return;
      isEnding = true;
      try {
        const slides = await (await peer.promise).call('end', id, msOf(toTicks));
        if (!isOver) onSlides(seen(slides));
        end();
      } catch (error) {
        fail(error);
      }
    },
    close() {
      if (!isOver) theirs?.tell('end', id, 0);
      end();
    },
  };
}

const seenSlide = ({ fromMs, pictureMs, additionsMs, sameAs }: Slide, fromTicks: number): SeenSlide => {
  const ticks = (ms: number): number => fromTicks + Math.round(ms * TICKS_PER_MS);
  return {
    fromTicks: ticks(fromMs),
    pictureTicks: ticks(pictureMs),
    additionsTicks: additionsMs.map(ticks),
    ...(sameAs === undefined ? {} : { sameAs }),
  };
};
