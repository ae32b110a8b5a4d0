import type { FoundSlide, LayoutChange, SeenSlide, SlideSearch, SlideWatch } from '#agent/device/recording.ts';
import type { LayoutNote, LayoutNotes } from '#lib/media/layout-notes.ts';
import type { Clock } from '#lib/runtime/clock.ts';
import type { Log } from '#lib/runtime/log.ts';
import { openMoments, type Moments } from './moments.ts';
import { joinedSlides, placedLayouts, placedSlides, type PlacedPart } from './placed-tracks.ts';

/** Options of `openTakeTracks`. */
export interface TakeTracksOptions {
  /** The layouts of the frames of the take's stream. */
  layouts?: LayoutNotes | undefined;
  /** Who looks for slides in them. */
  slides?: SlideWatch | undefined;
  /** Slides of an earlier session of the take; undefined: the take has none, or they are of no use. */
  earlierSlides?: readonly FoundSlide[] | undefined;
  clock: Clock;
  log: Log;
  /** Called when a track has changed: its places have to be written. */
  onChange(): void;
}

/** What is known of a take besides its frames: the layout of each, and the slides. No function throws. */
export interface TakeTracks {
  /** Tells a picture of the take, as `Moments` has it. */
  readonly picture: Moments['picture'];
  /** The tracks in these files; undefined: it has none. */
  placed(parts: readonly PlacedPart[]): { layouts: LayoutChange[] | undefined; slides: FoundSlide[] | undefined };
  /** Ends the tracks before the frame with this time stamp; resolves when they are complete, after END_MS at most. */
  end(toTicks: number): Promise<void>;
  /** Leaves the tracks as they are, unless they are ending. */
  close(): void;
}

/** Changes of the layout in a take; after them the layout counts as unknown. */
const MOST_LAYOUTS = 2000;
/** Slides of a take; with more, none are told. */
const MOST_SLIDES = 2000;
/** Milliseconds between two writes of tracks. */
const WRITE_MS = 400;
/** Milliseconds for which the last slides are waited for; then there are none. */
const END_MS = 2000;

/** Opens the tracks of a take that begins with the frame of this time stamp. */
export const openTakeTracks = (fromTicks: number, options: TakeTracksOptions): TakeTracks =>
  new NotedTakeTracks(fromTicks, options);

class NotedTakeTracks implements TakeTracks {
  readonly #options: TakeTracksOptions;
  readonly #moments = openMoments();
  readonly #notes: LayoutNote[];
  readonly #unsubscribe: (() => void) | undefined;
  #slides: readonly SeenSlide[] | undefined;
  #search: SlideSearch | undefined;
  #cancelWrite: (() => void) | undefined;
  #isEnded = false;

  constructor(fromTicks: number, options: TakeTracksOptions) {
    this.#options = options;
    const { layouts, slides } = options;
    this.#notes = [...(layouts?.since(fromTicks) ?? [])];
    this.#unsubscribe = layouts?.subscribe((note) => this.#guard(() => this.#note(note)));
    this.#guard(() => {
      this.#slides = slides && [];
      this.#search = slides?.begin(fromTicks, (found) => this.#guard(() => this.#found(found)));
    });
  }

  picture(run: number, ticks: number, rawTicks: number): void {
    this.#moments.picture(run, ticks, rawTicks);
  }

  placed(parts: readonly PlacedPart[]): ReturnType<TakeTracks['placed']> {
    const { layouts, earlierSlides } = this.#options;
    const found = this.#slides && placedSlides(this.#slides, this.#moments, parts);
    return {
      layouts: layouts && placedLayouts(this.#notes, this.#moments, parts),
      slides: found && earlierSlides && joinedSlides(earlierSlides, found),
    };
  }

  async end(toTicks: number): Promise<void> {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#unsubscribe?.();
    if (!this.#search) return this.#release();
    const { clock } = this.#options;
    const late = Promise.withResolvers<void>();
    const cancel = clock.at(clock.monotonicMs() + END_MS, () => {
      this.#guard(() => this.#found(undefined));
      late.resolve();
    });
    const ended = this.#search.end(toTicks).catch(() => this.#found(undefined));
    await Promise.race([ended, late.promise]).finally(cancel);
    this.#release();
    this.#guard(() => this.#options.onChange());
  }

  close(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#release();
  }

  #release(): void {
    this.#unsubscribe?.();
    this.#guard(() => this.#search?.close());
    this.#cancelWrite?.();
    this.#cancelWrite = undefined;
  }

  #note(note: LayoutNote): void {
    if (this.#notes.length > MOST_LAYOUTS) return;
    const isLast = this.#notes.length === MOST_LAYOUTS;
    const { sizePx } = note.layout;
    this.#notes.push(isLast ? { ...note, layout: { sizePx, windows: [] } } : note);
    this.#writeSoon();
  }

  #found(slides: readonly SeenSlide[] | undefined): void {
    const isTooMany = (slides?.length ?? 0) > MOST_SLIDES;
    this.#slides = isTooMany ? undefined : slides;
    if (!this.#slides) {
      const search = this.#search;
      this.#search = undefined;
      this.#guard(() => search?.close());
    }
    this.#writeSoon();
  }

  #writeSoon(): void {
    if (this.#isEnded) return;
    const { clock } = this.#options;
    this.#cancelWrite ??= clock.at(clock.monotonicMs() + WRITE_MS, () => {
      this.#cancelWrite = undefined;
      this.#guard(() => this.#options.onChange());
    });
  }

  /** Runs `act` and logs its errors: what is known besides the frames never affects these. */
  #guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#options.log.error({ error: (error as Error).stack }, 'tracks of a recording');
    }
  }
}
