import { SAMPLE_RATE } from '../sound/sound-ring.ts';

/** Finds the sample for a moment of a source: samples have gaps where packets were lost, moments have none. */
export interface SoundPlaces {
  /** A piece with this first sample is at this moment; gives whether it is not where the one before ends. */
  piece(firstSample: number, sourceMs: number): boolean;
  /** The sample of a moment, with its fraction; `NOWHERE` where there is none. */
  sampleAt(sourceMs: number): number;
}

/** A place that no ring has: it is silent. */
export const NOWHERE = -1e9;
/** Rounding of the moments on their way: a piece that is off by less follows the one before. */
const ROUNDING_MS = 25;
/** Runs of pieces that are remembered; older ones are forgotten, as their sound is: the ring has only some seconds. */
const MOST_RUNS = 32;

interface Run {
  sample: number;
  sourceMs: number;
}

/** Makes the places of a source's sound. */
export function openSoundPlaces(): SoundPlaces {
  const runs: Run[] = [];
  const placeIn = (run: Run, sourceMs: number): number => run.sample + ((sourceMs - run.sourceMs) * SAMPLE_RATE) / 1000;
  return {
    piece(sample, sourceMs) {
      const last = runs.at(-1);
      const offMs = last ? sourceMs - last.sourceMs - ((sample - last.sample) * 1000) / SAMPLE_RATE : Infinity;
      if (Math.abs(offMs) <= ROUNDING_MS) return false;
      runs.push({ sample, sourceMs });
      if (runs.length > MOST_RUNS) runs.shift();
      return last !== undefined;
    },
    sampleAt(sourceMs) {
      for (let at = runs.length - 1; at >= 0; at--) {
        const place = placeIn(runs[at]!, sourceMs);
        const end = runs[at + 1]?.sample ?? Infinity;
        if (place >= runs[at]!.sample && place < end) return place;
      }
      return NOWHERE;
    },
  };
}
