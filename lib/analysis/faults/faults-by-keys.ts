import type { Interval } from '#lib/media/intervals.ts';
import { NotAlone, type KeyPictures } from '#lib/media/groups/key-pictures.ts';
import type { Asked } from '../asked.ts';
import { giveKeys, withSingleKeys } from '../pictures/single-keys.ts';
import { decodeGrayKeys } from '../slides/gray-pictures.ts';
import type { Fault } from './fault.ts';
import { openKeySearch, type KeySearch, type PictureRun } from './key-search.ts';
import { openPictureLook, type PictureLimits } from './picture-faults.ts';
import { shownKeys } from './shown-keys.ts';

/** Pictures in which faults are looked for. */
export interface PicturesAsked extends Asked {
  ffmpeg: string;
  path: string;
  /** Stretches of the film that are kept; undefined: all of it. */
  kept: readonly Interval[] | undefined;
  /** Length of what is kept, in ms. */
  durationMs: number;
  /** Milliseconds between two pictures that are looked at, at least. */
  apartMs: number;
  limits: PictureLimits;
}

/**
 * Finds faults of the pictures of a film, of whose key pictures only those are read and decoded that are needed for it.
 * Undefined: those of this film cannot be taken one by one. Rejects with FFmpeg's words.
 */
export async function faultsByKeys({
  ffmpeg,
  path,
  kept,
  durationMs,
  apartMs,
  limits,
  signal,
}: PicturesAsked): Promise<Fault[] | undefined> {
  return withSingleKeys(path, async (keys) => {
    const shown = await shownKeys(keys.timesMs, kept, apartMs);
    if (!shown || shown.numbers.length === 0) return undefined;
    const search = openKeySearch(shown.timesMs, durationMs, limits);
    for (let runs = search.wanted(); runs.length > 0; runs = search.wanted())
      await lookAt({ ffmpeg, keys, numbers: shown.numbers, search, signal }, runs);
    return search.faults();
  });
}

/** A film whose pictures are looked at. */
interface Looking extends Asked {
  ffmpeg: string;
  keys: KeyPictures;
  /** Number of the key picture of each picture of the search. */
  numbers: readonly number[];
  search: KeySearch;
}

/** Looks at pictures, and tells the search what is seen. Rejects with `NotAlone` if FFmpeg gives not all of them. */
async function lookAt({ ffmpeg, keys, numbers, search, signal }: Looking, runs: readonly PictureRun[]): Promise<void> {
  const pictures = runs.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, n) => first + n));
  const firsts = new Set(runs.map(({ first }) => first));
  let look = openPictureLook();
  let given = 0;
  await decodeGrayKeys({
    ffmpeg,
    signal,
    feed: (give) =>
      giveKeys(
        keys,
        pictures.map((picture) => numbers[picture]!),
        give,
      ),
    onPicture(gray) {
      const picture = pictures[given++];
      if (picture === undefined) return;
      if (firsts.has(picture)) look = openPictureLook();
      search.see(picture, look(gray));
    },
  });
  if (given !== pictures.length) throw new NotAlone(`of ${pictures.length} key pictures ${given} can be decoded alone`);
}
