import { copyTile, differingPixels, TILES } from './gray.ts';
import { isWithin, patchesOf, type Patch } from './patches.ts';

/** Milliseconds for which a tile must be still, so that it counts as settled. */
const SETTLE_MS = 900;
/** Milliseconds for which a tile of a film must be still: films pause between two scenes. */
const FILM_SETTLE_MS = 6000;
/** Milliseconds of motion, with short rests, after which a tile belongs to a film or a camera. */
const FILM_AFTER_MS = 3500;
/** The same in the first seconds of a file, in which a camera moves more often than slides change; and their number. */
const FILM_AT_FIRST_MS = 1500;
const FIRST_MS = 8000;
/** Milliseconds of rest that motion may have; after longer ones it begins anew. Pictures that come less often set it. */
const REST_MS = 2500;
/** Milliseconds without motion after which a tile belongs to no film any more. */
const FORGET_MS = 120_000;
/** Tiles that move together from which on they are a film; fewer are a pointer or a small animation. */
const FILM_TILES = 9;

/** Milliseconds for which pictures are kept. */
const RECENT_MS = 7000;

/** What moves in a picture, and since when each tile is still. */
export interface TileMotion {
  /** Takes the next picture. */
  see(picture: Uint8Array, timeMs: number): void;
  /** Whether a tile has been still long enough. */
  isSettled(tile: number): boolean;
  /** Time of the first picture since which the tile is still. */
  stillSince(tile: number): number;
  /** The picture as it was when each tile became still. */
  settled(): Uint8Array;
  /** Tiles that became still with the last picture. */
  fresh(): readonly number[];
  /** Boxes of films and cameras. */
  films(): readonly Patch[];
  /** Forgets that these tiles moved: what they show is new. */
  forget(tiles: readonly number[]): void;
  /** Goes on with a picture of another part of the video; `isAlike`: it shows the same as the last one. */
  resize(picture: Uint8Array, timeMs: number, isAlike: boolean): void;
  /** The picture that was taken at a time, if that is some seconds ago at most. */
  pictureAt(timeMs: number): Uint8Array | undefined;
}

/** Opens the motion of tiles. */
export const openTileMotion = (): TileMotion => new SeenTileMotion();

class SeenTileMotion implements TileMotion {
  #settled = new Uint8Array(0);
  #nowMs = 0;
  #beganMs = 0;
  readonly #stillSince = new Float64Array(TILES);
  /** When the present motion of each tile began and last went on; NaN: it never moved. */
  readonly #movesFrom = new Float64Array(TILES).fill(Number.NaN);
  readonly #movesTo = new Float64Array(TILES).fill(Number.NaN);
  readonly #isFilm = new Uint8Array(TILES);
  /** Tiles that were taken over since they are still, and those of them with the last picture. */
  readonly #isFresh = new Uint8Array(TILES);
  #fresh: number[] = [];
  #films: readonly Patch[] = [];
  /** The last pictures. */
  readonly #recent: { timeMs: number; picture: Uint8Array }[] = [];

  see(picture: Uint8Array, timeMs: number): void {
    this.#recent.push({ timeMs, picture: Uint8Array.from(picture) });
    while (timeMs - this.#recent[0]!.timeMs > RECENT_MS) this.#recent.shift();
    if (this.#settled.length === 0) {
      this.#beganMs = timeMs;
      return this.resize(picture, timeMs, false);
    }
    const restMs = Math.max(REST_MS, 1.6 * (timeMs - this.#nowMs));
    this.#nowMs = timeMs;
    this.#fresh = [];
    for (let tile = 0; tile < TILES; tile++) {
      if (differingPixels(this.#settled, picture, tile) > 0) {
        copyTile(picture, this.#settled, tile);
        this.#moved(tile, timeMs, restMs);
        continue;
      }
      if (timeMs - this.#movesTo[tile]! > FORGET_MS) this.#isFilm[tile] = 0;
      if (this.#isFresh[tile] || timeMs - this.#stillSince[tile]! < SETTLE_MS) continue;
      // The end of a fade is no motion, but would leave a shadow of what was there before.
      copyTile(picture, this.#settled, tile);
      this.#isFresh[tile] = 1;
      this.#fresh.push(tile);
    }
    this.#films = patchesOf((tile) => this.#isFilm[tile] === 1).filter(({ tiles }) => tiles.length >= FILM_TILES);
  }

  #moved(tile: number, timeMs: number, restMs: number): void {
    this.#stillSince[tile] = timeMs;
    this.#isFresh[tile] = 0;
    if (!(timeMs - this.#movesTo[tile]! <= restMs)) this.#movesFrom[tile] = timeMs;
    this.#movesTo[tile] = timeMs;
    const afterMs = timeMs - this.#beganMs < FIRST_MS ? FILM_AT_FIRST_MS : FILM_AFTER_MS;
    if (timeMs - this.#movesFrom[tile]! >= afterMs) this.#isFilm[tile] = 1;
  }

  isSettled(tile: number): boolean {
    const isFilm = this.#isFilm[tile] === 1 || this.#films.some((film) => isWithin(film, tile));
    return this.#nowMs - this.#stillSince[tile]! >= (isFilm ? FILM_SETTLE_MS : SETTLE_MS);
  }

  stillSince(tile: number): number {
    return this.#stillSince[tile]!;
  }

  settled(): Uint8Array {
    return this.#settled;
  }

  fresh(): readonly number[] {
    return this.#fresh;
  }

  films(): readonly Patch[] {
    return this.#films;
  }

  forget(tiles: readonly number[]): void {
    for (const tile of tiles) {
      this.#isFilm[tile] = 0;
      this.#movesFrom[tile] = Number.NaN;
      this.#movesTo[tile] = Number.NaN;
    }
  }

  resize(picture: Uint8Array, timeMs: number, isAlike: boolean): void {
    this.#settled = Uint8Array.from(picture);
    this.#nowMs = timeMs;
    if (!isAlike) this.#stillSince.fill(timeMs);
  }

  pictureAt(timeMs: number): Uint8Array | undefined {
    return this.#recent.find((one) => one.timeMs === timeMs)?.picture;
  }
}
