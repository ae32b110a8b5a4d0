import { copyTile, differingPixels, GRAY_BYTES, tileMeans, TILES } from './gray.ts';
import { emptinessOf, inkChange } from './ink.ts';
import { openKnownSlides, type SlidePicture } from './known-slides.ts';
import { isWithin, patchesOf, type Patch } from './patches.ts';
import { isSmall } from './small-change.ts';
import { openTileMotion } from './tile-motion.ts';

/** A slide: from when to when it was shown. */
export interface Slide {
  fromMs: number;
  toMs: number;
  /** Time of a picture in which all of it is shown, and nothing else moves: the last such one. */
  pictureMs: number;
  /** Number, from 0, of the earlier slide that is shown again. */
  sameAs?: number;
  /** Times at which something was added, such as the next point of a list. */
  additionsMs: readonly number[];
}

/** Finds slides in gray pictures (see gray.ts). */
export interface SlideDetector {
  /**
   * Takes the next picture. `window` names the part of the video that it was cut from: after a change of it, the same
   * slide in another size is no new slide. Throws for a picture of another size.
   */
  push(gray: Uint8Array, timeMs: number, window?: string): void;
  /** The slides that have ended so far, and the present one, up to `toMs`. */
  end(toMs: number): Slide[];
}

/** Milliseconds from the beginning of a slide within which further changes belong to it: it is still being drawn. */
const TOGETHER_MS = 3000;
/** Milliseconds for which most of the picture moves, from which on it is a film, which counts as a slide. */
const FILM_MS = 6000;
/** Parts of a picture: most of it; half, from which on a film is no part of a slide; a quarter. */
const MOST = 0.6 * TILES;
const HALF = 0.5 * TILES;
const QUARTER = 0.25 * TILES;
/** Part of all pixels that change with a new background. */
const NEW_BACKGROUND = 0.65 * GRAY_BYTES;
/** Pixels of content that went, and their part of all that changed, from which on a slide is a new one. */
const LOST_PIXELS = 20;
const LOST_PART = 0.1;
/** Likeness of two contents that differ in strength alone, as a point of a list that is dimmed. */
const SAME_CONTENT = 0.92;
/** Tiles that may differ from the slide in a good picture of it. */
const CLEAN_TILES = 3;
/** Slides of a file; further changes belong to the last one. */
const MOST_SLIDES = 5000;
/** Difference of means, of 255, and number of tiles with it, of one slide that is shown in two sizes. */
const RESIZED_DIFFERS = 18;
const RESIZED_TILES = 0.06 * TILES;

/** Opens a detector. The work for a picture is the same for any content: about a tenth of a millisecond. */
export const openSlideDetector = (): SlideDetector => new TiledSlideDetector();

type Begun = Slide & { additionsMs: number[]; firstPicture: SlidePicture };

class TiledSlideDetector implements SlideDetector {
  readonly #motion = openTileMotion();
  readonly #known = openKnownSlides();
  readonly #slides: Slide[] = [];
  #slide: Begun | undefined;
  /** The slide as it was accepted, and where it is empty. */
  #accepted = new Uint8Array(0);
  #empty: Uint8Array | undefined;
  /** Tiles that were not settled when the slide was accepted: whatever they settle to belongs to it. */
  readonly #open = new Uint8Array(TILES);
  /** The last picture, and time since which most of the picture differs and moves; NaN: it does not. */
  #last = new Uint8Array(0);
  #lastMs = 0;
  #unrestMs = Number.NaN;
  #window: string | undefined;

  push(gray: Uint8Array, timeMs: number, window?: string): void {
    if (gray.length !== GRAY_BYTES) throw new Error(`a picture has ${gray.length} bytes, not ${GRAY_BYTES}`);
    if (!this.#slide) this.#begin(gray, timeMs);
    else if (window !== this.#window) this.#resize(gray, timeMs);
    this.#window = window;
    this.#motion.see(gray, timeMs);
    this.#last = Uint8Array.from(gray);
    this.#lastMs = timeMs;
    this.#settle();
    this.#watchUnrest(timeMs);
  }

  end(toMs: number): Slide[] {
    this.#acceptLast();
    if (!this.#slide) return [];
    this.#close(Math.max(toMs, this.#slide.fromMs));
    const slides = [...this.#slides];
    this.#slide = undefined;
    return slides;
  }

  #begin(gray: Uint8Array, timeMs: number): void {
    this.#accepted = Uint8Array.from(gray);
    this.#startSlide(this.#slides.length === 0 ? 0 : timeMs, timeMs);
  }

  #startSlide(fromMs: number, pictureMs: number): void {
    this.#empty = undefined;
    const firstPicture = this.#picture();
    this.#slide = { fromMs, toMs: fromMs, pictureMs, additionsMs: [], firstPicture };
  }

  #close(toMs: number): void {
    const { firstPicture, ...slide } = this.#slide!;
    const pictures = [firstPicture, this.#picture()];
    const sameAs = this.#known.find(pictures);
    const pictureMs = Math.min(Math.max(slide.pictureMs, slide.fromMs), Math.max(slide.fromMs, toMs));
    this.#slides.push({ ...slide, toMs, pictureMs, ...(sameAs === undefined ? {} : { sameAs }) });
    if (sameAs === undefined) this.#known.keep(this.#slides.length - 1, pictures);
  }

  #picture(): SlidePicture {
    const films = this.#motion.films();
    const unsettled = this.#open.map((open, tile) => (open || films.some((film) => isWithin(film, tile)) ? 1 : 0));
    return { gray: Uint8Array.from(this.#accepted), unsettled };
  }

  /** Goes on with the same slide in another size, if it is the same. */
  #resize(gray: Uint8Array, timeMs: number): void {
    const [before, after] = [tileMeans(this.#accepted), tileMeans(gray)];
    const off = before.reduce((sum, mean, tile) => sum + (Math.abs(mean - after[tile]!) > RESIZED_DIFFERS ? 1 : 0), 0);
    this.#motion.reset(gray, timeMs);
    if (off > RESIZED_TILES) return;
    this.#accepted = Uint8Array.from(gray);
    this.#empty = undefined;
  }

  /** Accepts what has settled; if that is more than a small thing, it is a new slide or an addition. */
  #settle(): void {
    const settled = this.#motion.settled();
    const differs = (tile: number): boolean =>
      differingPixels(this.#accepted, settled, tile) > 0 && this.#motion.isSettled(tile);
    const patches = patchesOf(differs);
    const large = patches.filter((patch) => !isSmall(patch, this.#accepted, settled));
    const tiles = large.flatMap((patch) => patch.tiles);
    const isSilent = this.#silence(tiles.length);
    const told = tiles.filter((tile) => !isSilent(tile));
    if (told.length >= 2) this.#change(told, large, settled);
    for (const { tiles: changed } of patches) for (const tile of changed) this.#accept(settled, tile);
    for (let tile = 0; tile < TILES; tile++) if (this.#open[tile] && this.#motion.isSettled(tile)) this.#open[tile] = 0;
    this.#notePicture(isSilent);
  }

  #accept(from: Uint8Array, tile: number): void {
    copyTile(from, this.#accepted, tile);
    this.#empty = undefined;
  }

  /** Which tiles may change without a word: those of films, unless these fill the picture and much of it has settled. */
  #silence(changing: number): (tile: number) => boolean {
    const films = this.#motion.films();
    const isFilm = (tile: number): boolean => this.#open[tile] === 1 || films.some((film) => isWithin(film, tile));
    let area = 0;
    for (let tile = 0; tile < TILES; tile++) if (isFilm(tile)) area += 1;
    return area >= HALF && changing >= QUARTER ? () => false : isFilm;
  }

  #change(told: readonly number[], patches: readonly Patch[], settled: Uint8Array): void {
    const slide = this.#slide!;
    const atMs = told.reduce((least, tile) => Math.min(least, this.#motion.stillSince(tile)), Infinity);
    if (!this.#isNew(patches, settled)) {
      if (atMs - slide.fromMs >= TOGETHER_MS) slide.additionsMs.push(atMs);
      return;
    }
    this.#motion.forget(told);
    if (atMs - slide.fromMs < TOGETHER_MS || this.#slides.length >= MOST_SLIDES) {
      this.#redraw(settled);
      slide.firstPicture = this.#picture();
      return;
    }
    this.#close(atMs);
    this.#redraw(settled);
    this.#startSlide(atMs, atMs);
  }

  /** Takes over the whole picture; what has not settled yet is open. */
  #redraw(settled: Uint8Array): void {
    for (let tile = 0; tile < TILES; tile++) {
      this.#open[tile] = this.#motion.isSettled(tile) ? 0 : 1;
      this.#accept(settled, tile);
    }
  }

  /** Whether content went, or the background changed: a slide to which something is added stays the same. */
  #isNew(patches: readonly Patch[], settled: Uint8Array): boolean {
    this.#empty ??= emptinessOf(this.#accepted);
    const empty = this.#empty;
    let [changed, lost] = [0, 0];
    for (const { tiles } of patches) {
      const ink = inkChange(this.#accepted, settled, empty, tiles);
      changed += ink.changed;
      if (ink.likeness < SAME_CONTENT) lost += ink.lost;
    }
    return changed >= NEW_BACKGROUND || lost >= Math.max(LOST_PIXELS, LOST_PART * changed);
  }

  #notePicture(isSilent: (tile: number) => boolean): void {
    let off = 0;
    for (let tile = 0; tile < TILES; tile++) {
      if (!isSilent(tile) && differingPixels(this.#accepted, this.#last, tile) > 0) off += 1;
    }
    if (off <= CLEAN_TILES) this.#slide!.pictureMs = this.#lastMs;
  }

  /** Takes a film that fills the picture as a slide of its own. */
  #watchUnrest(timeMs: number): void {
    let [moving, open] = [0, 0];
    for (let tile = 0; tile < TILES; tile++) {
      if (this.#open[tile]) open += 1;
      if (!this.#motion.isSettled(tile) && differingPixels(this.#accepted, this.#last, tile) > 0) moving += 1;
    }
    if (moving < MOST || open >= HALF) return void (this.#unrestMs = Number.NaN);
    if (Number.isNaN(this.#unrestMs)) this.#unrestMs = timeMs;
    if (timeMs - this.#unrestMs < FILM_MS) return;
    if (this.#unrestMs - this.#slide!.fromMs >= TOGETHER_MS && this.#slides.length < MOST_SLIDES) {
      this.#close(this.#unrestMs);
      this.#redraw(this.#motion.settled());
      this.#startSlide(this.#unrestMs, timeMs);
    } else this.#redraw(this.#motion.settled());
    this.#unrestMs = Number.NaN;
  }

  /** Accepts a slide that came with the last picture, and so could not settle. */
  #acceptLast(): void {
    if (!this.#slide) return;
    const isSilent = this.#silence(0);
    let [off, sinceMs] = [0, this.#lastMs];
    for (let tile = 0; tile < TILES; tile++) {
      if (isSilent(tile) || differingPixels(this.#accepted, this.#last, tile) === 0) continue;
      off += 1;
      sinceMs = Math.min(sinceMs, this.#motion.stillSince(tile));
    }
    if (off < QUARTER || sinceMs - this.#slide.fromMs < TOGETHER_MS || this.#slides.length >= MOST_SLIDES) return;
    this.#close(sinceMs);
    this.#redraw(this.#last);
    this.#startSlide(sinceMs, this.#lastMs);
  }
}
