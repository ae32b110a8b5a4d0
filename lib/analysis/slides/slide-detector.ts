import type { Rect } from '#lib/media/geometry.ts';
import { copyTile, differingPixels, GRAY_BYTES, tileMeans, TILES, tilesIn } from './gray.ts';
import { emptinessOf, isReplaced } from './ink.ts';
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

/** The part of a video that a gray picture was cut from. */
export interface SlideWindow {
  /** A name that changes with the part. */
  name: string;
  /** What lies over it, such as the camera, in parts (0 to 1) of the gray picture. */
  covered: readonly Rect[];
}

/** Finds slides in gray pictures (see gray.ts). */
export interface SlideDetector {
  /**
   * Takes the next picture. After a change of `window` the same slide in another size is no new slide. Throws for a
   * picture of another size.
   */
  push(gray: Uint8Array, timeMs: number, window?: SlideWindow): void;
  /** The slides that have ended so far, and the present one up to `toMs`, while pictures still come. */
  soFar(toMs: number): Slide[];
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
/** Milliseconds after which a film that began with a slide is known as one. */
const FILM_KNOWN_MS = 3600;
/** Tiles that may differ from the slide in a good picture of it. */
const CLEAN_TILES = 3;
/** Slides of a file; further changes belong to the last one. */
const MOST_SLIDES = 5000;
/** Difference of means, of 255, and number of tiles with it, of one slide that is shown in two sizes. */
const RESIZED_DIFFERS = 18;
const RESIZED_TILES = 0.06 * TILES;

/** Opens a detector. The work for a picture is the same for any content: about a tenth of a millisecond. */
export const openSlideDetector = (): SlideDetector => new TiledSlideDetector();

/** Pictures of a slide that has just begun: the first one, and the one by which it was found. */
interface Beginning {
  first: Uint8Array;
  later: Uint8Array;
  laterMs: number;
}
type Begun = Slide & { additionsMs: number[]; firstPicture: SlidePicture; beginning?: Beginning };
const middleOf = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;

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
  #covered: Uint8Array = new Uint8Array(TILES);

  push(gray: Uint8Array, timeMs: number, window?: SlideWindow): void {
    if (gray.length !== GRAY_BYTES) throw new Error(`a picture has ${gray.length} bytes, not ${GRAY_BYTES}`);
    const isOther = window?.name !== this.#window;
    const before = this.#covered;
    if (isOther) this.#covered = tilesIn(window?.covered ?? []);
    this.#window = window?.name;
    if (!this.#slide) this.#begin(gray, timeMs);
    else if (isOther) this.#resize(gray, timeMs, before);
    this.#motion.see(gray, timeMs);
    this.#last = Uint8Array.from(gray);
    this.#lastMs = timeMs;
    this.#settle();
    this.#watchUnrest(timeMs);
  }

  soFar(toMs: number): Slide[] {
    if (!this.#slide) return [...this.#slides];
    const { firstPicture: _, beginning: __, ...slide } = this.#slide;
    return [...this.#slides, { ...slide, toMs: Math.max(toMs, slide.fromMs) }];
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
    this.#judgeBeginning(true);
    const { firstPicture, beginning: _, ...slide } = this.#slide!;
    const pictures = [firstPicture, this.#picture()];
    const sameAs = this.#known.find(pictures);
    const pictureMs = Math.min(Math.max(slide.pictureMs, slide.fromMs), Math.max(slide.fromMs, toMs));
    this.#slides.push({ ...slide, toMs, pictureMs, ...(sameAs === undefined ? {} : { sameAs }) });
    if (sameAs === undefined) this.#known.keep(this.#slides.length - 1, pictures);
  }

  #picture(): SlidePicture {
    const films = this.#motion.films();
    const unsettled = this.#open.map((open, tile) =>
      open || this.#covered[tile] || films.some((film) => isWithin(film, tile)) ? 1 : 0,
    );
    return { gray: Uint8Array.from(this.#accepted), unsettled };
  }

  /** Goes on with the same slide in another size, if it is the same. */
  #resize(gray: Uint8Array, timeMs: number, coveredBefore: Uint8Array): void {
    const after = tileMeans(gray);
    const isAlike = (before: Uint8Array): boolean => {
      const isOff = (mean: number, tile: number): boolean =>
        !this.#covered[tile] && !coveredBefore[tile] && Math.abs(mean - after[tile]!) > RESIZED_DIFFERS;
      return tileMeans(before).filter(isOff).length <= RESIZED_TILES;
    };
    this.#motion.resize(gray, timeMs, isAlike(this.#last));
    if (!isAlike(this.#accepted)) return;
    this.#accepted = Uint8Array.from(gray);
    this.#empty = undefined;
  }

  /** Accepts what has settled; if that is more than a small thing, it is a new slide or an addition. */
  #settle(): void {
    const settled = this.#motion.settled();
    const differs = (tile: number): boolean =>
      differingPixels(this.#accepted, settled, tile) > 0 && this.#motion.isSettled(tile);
    for (const tile of this.#motion.fresh()) {
      if (differingPixels(this.#accepted, settled, tile) === 0) this.#accept(settled, tile);
    }
    const patches = patchesOf(differs);
    const large = patches.filter((patch) => !isSmall(patch, this.#accepted, settled));
    const tiles = large.flatMap((patch) => patch.tiles);
    const isSilent = this.#silence(tiles.length);
    const told = tiles.filter((tile) => !isSilent(tile));
    if (told.length >= 2) this.#change(told, large, settled);
    for (const { tiles: changed } of patches) for (const tile of changed) this.#accept(settled, tile);
    for (let tile = 0; tile < TILES; tile++) if (this.#open[tile] && this.#motion.isSettled(tile)) this.#open[tile] = 0;
    this.#judgeBeginning(false);
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
    const isCovered = (tile: number): boolean => this.#covered[tile] === 1;
    let area = 0;
    for (let tile = 0; tile < TILES; tile++) if (isFilm(tile)) area += 1;
    return area >= HALF && changing >= QUARTER ? isCovered : (tile) => isCovered(tile) || isFilm(tile);
  }

  #change(told: readonly number[], patches: readonly Patch[], settled: Uint8Array): void {
    const slide = this.#slide!;
    const atMs = middleOf(told.map((tile) => this.#motion.stillSince(tile)));
    if (!this.#isNew(patches, settled)) {
      if (atMs - slide.fromMs >= TOGETHER_MS) slide.additionsMs.push(atMs);
      return;
    }
    this.#motion.forget(told);
    if (atMs - slide.fromMs < TOGETHER_MS || this.#slides.length >= MOST_SLIDES) {
      this.#redraw(settled);
      // What was seen so far was a transition, or a slide that somebody leafed through.
      if (atMs - slide.fromMs < TOGETHER_MS) this.#move(slide, atMs);
      slide.firstPicture = this.#picture();
      return;
    }
    this.#close(atMs);
    this.#redraw(settled);
    this.#startSlide(atMs, atMs);
    const first = this.#motion.pictureAt(atMs);
    if (first) this.#slide!.beginning = { first, later: Uint8Array.from(this.#last), laterMs: this.#lastMs };
  }

  /**
   * Lets the slide begin with the picture by which it was found, if the first one of it had other content: a transition,
   * or a slide that somebody leafed through. Waits until films are known, whose content changes too.
   */
  #judgeBeginning(atOnce: boolean): void {
    const slide = this.#slide!;
    if (!slide.beginning) return;
    const { first, later, laterMs } = slide.beginning;
    if (!atOnce && this.#lastMs - laterMs < FILM_KNOWN_MS) return;
    delete slide.beginning;
    const films = this.#motion.films();
    const differs = (tile: number): boolean =>
      !this.#covered[tile] && differingPixels(first, later, tile) > 0 && !films.some((film) => isWithin(film, tile));
    const patches = patchesOf(differs).filter((patch) => !isSmall(patch, first, later));
    if (isReplaced(first, later, emptinessOf(first), patches)) this.#move(slide, laterMs);
  }

  /** Lets the present slide begin later, and the one before it end later. */
  #move(slide: Slide, atMs: number): void {
    if (slide.fromMs === 0) return;
    slide.fromMs = Math.max(slide.fromMs, atMs);
    const before = this.#slides.at(-1);
    if (before) before.toMs = slide.fromMs;
  }

  /** Takes over the whole picture; what has not settled yet is open. */
  #redraw(settled: Uint8Array): void {
    for (let tile = 0; tile < TILES; tile++) {
      this.#open[tile] = this.#motion.isSettled(tile) ? 0 : 1;
      this.#accept(settled, tile);
    }
  }

  #isNew(patches: readonly Patch[], settled: Uint8Array): boolean {
    this.#empty ??= emptinessOf(this.#accepted);
    return isReplaced(this.#accepted, settled, this.#empty, patches);
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
