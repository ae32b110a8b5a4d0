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
  /** Layouts of the files of earlier sessions of the take. */
  earlierLayouts: readonly LayoutChange[];
  /** Slides of an earlier session of the take; undefined: the take has none, or they are of no use. */
  earlierSlides?: readonly FoundSlide[] | undefined;
  clock: Clock;
  log: Log;
  /** Called when a track may have changed: then its places are written. Gives whether they are. */
  onChange(): boolean;
}

/** Tracks in the files of a take; undefined: it has none. Layouts that are not known to the end are left out as a whole. */
export interface PlacedTracks {
  layouts: LayoutChange[] | undefined;
  slides: FoundSlide[] | undefined;
}

/** What is known of a take besides its frames: the layout of each, and the slides. No function throws. */
export interface TakeTracks {
  /** Tells a picture of the take, as `Moments` has it. */
  readonly picture: Moments['picture'];
  /** The tracks in the files of the take, of which these are the ones since it began or was continued. */
  placed(parts: readonly PlacedPart[]): PlacedTracks;
  /** Ends the tracks before the frame with this time stamp; resolves when they are complete, after END_MS at most. */
  end(toTicks: number): Promise<void>;
  /** Leaves the tracks as they are, unless they are ending. */
  close(): void;
}

/** Changes of the layout in a take; with more, none are told. */
const MOST_LAYOUTS = 2000;
/** Slides of a take; with more, none are told. */
const MOST_SLIDES = 2000;
/** Milliseconds until a change of a track is written, so that several are written at once. */
const SOON_MS = 400;
/** Milliseconds between two writes of tracks, since each writes the whole manifest; a crash costs the changes of this time. */
const WRITE_MS = 30_000;
/** Milliseconds for which the last slides are waited for; then those count that were found by then. */
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
  #writtenMs = Number.NEGATIVE_INFINITY;
  /** The last places that could be found. */
  #placed: PlacedTracks = { layouts: undefined, slides: undefined };
  #isUnplaced = false;
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

  placed(parts: readonly PlacedPart[]): PlacedTracks {
    try {
      this.#placed = this.#placedIn(parts);
    } catch (error) {
      if (!this.#isUnplaced) this.#failed(error);
      this.#isUnplaced = true;
    }
    return this.#placed;
  }

  #placedIn(parts: readonly PlacedPart[]): PlacedTracks {
    const { layouts, earlierLayouts, earlierSlides } = this.#options;
    const isWhole = this.#notes.length <= MOST_LAYOUTS;
    const changes = layouts && isWhole ? placedLayouts(this.#notes, this.#moments, parts) : [];
    const found = this.#slides && placedSlides(this.#slides, this.#moments, parts);
    return {
      layouts: layouts && (isWhole ? [...earlierLayouts, ...changes] : []),
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
    const cancel = clock.at(clock.monotonicMs() + END_MS, () => late.resolve());
    const ended = this.#search.end(toTicks).catch(() => this.#found(undefined));
    await Promise.race([ended, late.promise]).finally(cancel);
    this.#release();
    this.#guard(() => void this.#options.onChange());
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
    this.#notes.push(note);
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
    const dueMs = Math.max(clock.monotonicMs() + SOON_MS, this.#writtenMs + WRITE_MS);
    this.#cancelWrite ??= clock.at(dueMs, () => {
      this.#cancelWrite = undefined;
      this.#guard(() => {
        if (this.#options.onChange()) this.#writtenMs = clock.monotonicMs();
      });
    });
  }

  /** Runs `act` and logs its errors: what is known besides the frames never affects these. */
  #guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#options.log.error({ error: (error as Error).stack }, 'tracks of a recording');
  }
}
