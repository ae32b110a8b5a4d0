import { probeWithLength } from '../length.ts';
import type { Asked, Programs } from '../asked.ts';
import { readGrayPictures } from './gray-pictures.ts';
import { openSlideDetector, type Slide } from './slide-detector.ts';
import { slideWindowOf, type Window } from './windows.ts';

/** What is asked of a search for slides. */
export interface SlidesAsked extends Asked {
  /** Where the slides are in the picture; without it, they are looked for in the whole of it. */
  windows?: readonly Window[];
  /** Told how much is done, 0 to 1. */
  onProgress?: (part: number) => void;
}

/** The slides of a file. */
export interface FoundSlides {
  slides: Slide[];
  durationMs: number;
  /** How it was looked at: key pictures alone, where they come often enough, or all. */
  sampling: 'key pictures' | 'all pictures';
}

/** Milliseconds between two key pictures; if they are further apart anywhere, all pictures are decoded. */
const MOST_APART_MS = 5500;
/** Milliseconds between two pictures that are looked at. */
const EVERY_MS = 900;

class TooFarApart extends Error {}

/** Finds the slides of a file. Rejects with FFmpeg's words for a file that cannot be decoded, or has no picture. */
export async function findSlides(programs: Programs, path: string, asked: SlidesAsked = {}): Promise<FoundSlides> {
  const { durationMs } = await probeWithLength(programs, path, asked);
  try {
    return await search(programs, path, durationMs, 'key pictures', asked);
  } catch (error) {
    if (!(error instanceof TooFarApart)) throw error;
    return search(programs, path, durationMs, 'all pictures', asked);
  }
}

async function search(
  { ffmpeg }: Programs,
  path: string,
  knownMs: number,
  sampling: FoundSlides['sampling'],
  { windows, signal, onProgress }: SlidesAsked,
): Promise<FoundSlides> {
  const detector = openSlideDetector();
  const keysOnly = sampling === 'key pictures';
  let durationMs = knownMs;
  for (const place of windows ?? [{ fromMs: 0, toMs: knownMs || Infinity, rect: undefined }]) {
    const { fromMs, toMs, rect } = place;
    let lastMs = fromMs;
    const window = slideWindowOf(place);
    const onPicture = (gray: Uint8Array, timeMs: number): void => {
      if (keysOnly && timeMs - lastMs > MOST_APART_MS) throw new TooFarApart();
      lastMs = timeMs;
      durationMs = Math.max(durationMs, timeMs);
      detector.push(gray, timeMs, window);
      if (knownMs > 0) onProgress?.(Math.min(1, timeMs / knownMs));
    };
    await readGrayPictures({ ffmpeg, path, fromMs, toMs, rect, keysOnly, everyMs: EVERY_MS, onPicture, signal });
    if (keysOnly && Math.min(toMs, durationMs) - lastMs > MOST_APART_MS) throw new TooFarApart();
  }
  return { slides: detector.end(durationMs), durationMs, sampling };
}
