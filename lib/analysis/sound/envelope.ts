import type { Interval } from '#lib/media/intervals.ts';

/**
 * How loud a sound is in each hundredth of a second, from the beginning of its file on: three values a block, one after the
 * other (`PEAK`, `MEAN`, `SQUARE`). A stretch without sound is silent.
 */
export interface Envelope {
  values: Float32Array;
}

/** Length of a block in milliseconds. */
export const BLOCK_MS = 10;
export const BLOCKS_PER_SECOND = 1000 / BLOCK_MS;

/** Values of a block. */
export const PER_BLOCK = 3;
/** Highest absolute sample of all channels; 1 is the greatest that files of whole numbers have. */
export const PEAK = 0;
/** Mean absolute sample of the mean of all channels: what a drawing of a single channel shows. */
export const MEAN = 1;
/** Mean square of the samples of all channels. */
export const SQUARE = 2;

/** Blocks of an envelope. */
export const blocksOf = ({ values }: Envelope): number => values.length / PER_BLOCK;

/** The envelope of what is kept of a sound, each stretch after the other; what is kept after its end is silent. */
export function joined({ values }: Envelope, kept: readonly Interval[]): Envelope {
  const parts: Float32Array[] = [];
  // Each stretch begins at its block of the result, so that roundings do not add up.
  let [keptMs, at] = [0, 0];
  for (const { fromMs, toMs } of kept) {
    keptMs += toMs - fromMs;
    const [first, next] = [Math.round(fromMs / BLOCK_MS), Math.round(keptMs / BLOCK_MS)];
    const part = new Float32Array((next - at) * PER_BLOCK);
    part.set(values.subarray(first * PER_BLOCK, first * PER_BLOCK + part.length));
    parts.push(part);
    at = next;
  }
  const all = new Float32Array(at * PER_BLOCK);
  let filled = 0;
  for (const part of parts) {
    all.set(part, filled);
    filled += part.length;
  }
  return { values: all };
}
