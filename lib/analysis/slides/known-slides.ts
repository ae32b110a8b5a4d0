import { differingPixels, tileMeans, TILES } from './gray.ts';
import { patchesOf } from './patches.ts';
import { isSmall } from './small-change.ts';

/** Slides of which the pictures are kept, to recognise one that is shown again; older ones are forgotten. */
const MOST_KNOWN = 400;
/** Difference of the mean level of a tile, of 255, from which on it differs. */
const MEAN_DIFFERS = 12;
/** Tiles whose means may differ in two pictures of one slide. */
const FEW_TILES = 12;
/** Tiles that must be settled in both pictures, so that they can be called alike. */
const LEAST_COMPARED = 0.6 * TILES;

/** The picture of a slide. */
export interface SlidePicture {
  gray: Uint8Array;
  /** Tiles that show a film or were never still, which say nothing about the slide. */
  unsettled: Uint8Array;
}

/** Slides that were shown already. */
export interface KnownSlides {
  /** Number of the earlier slide that looks like one of these pictures; undefined if none does. */
  find(pictures: readonly SlidePicture[]): number | undefined;
  /** Keeps pictures of a slide: when it began, and when it ended. */
  keep(number: number, pictures: readonly SlidePicture[]): void;
}

/** Opens a list without slides. */
export function openKnownSlides(): KnownSlides {
  const known: { number: number; pictures: readonly KnownPicture[] }[] = [];
  return {
    find(pictures) {
      const wanted = pictures.map(withMeans);
      return known.find((one) => one.pictures.some((its) => wanted.some((picture) => isAlike(its, picture))))?.number;
    },
    keep(number, pictures) {
      known.push({ number, pictures: pictures.map(withMeans) });
      if (known.length > MOST_KNOWN) known.shift();
    },
  };
}

interface KnownPicture extends SlidePicture {
  means: Float32Array;
}

const withMeans = (picture: SlidePicture): KnownPicture => ({ ...picture, means: tileMeans(picture.gray) });

function isAlike(a: KnownPicture, b: KnownPicture): boolean {
  let [compared, off] = [0, 0];
  for (let tile = 0; tile < TILES && off <= FEW_TILES; tile++) {
    if (a.unsettled[tile] || b.unsettled[tile]) continue;
    compared += 1;
    if (Math.abs(a.means[tile]! - b.means[tile]!) > MEAN_DIFFERS) off += 1;
  }
  if (off > FEW_TILES || compared < LEAST_COMPARED) return false;
  const differs = (tile: number): boolean =>
    !a.unsettled[tile] && !b.unsettled[tile] && differingPixels(a.gray, b.gray, tile) > 0;
  return patchesOf(differs).every((patch) => isSmall(patch, a.gray, b.gray));
}
