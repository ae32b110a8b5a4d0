import { openTurns } from '#lib/runtime/turns.ts';
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

/** Values that are copied at a time: a day of sound has 26 million. */
const IN_A_TURN = 1 << 18;

/** The envelope of what is kept of a sound, each stretch after the other; what is kept after its end is silent. */
export async function joined({ values }: Envelope, kept: readonly Interval[]): Promise<Envelope> {
  const blockAt = (ms: number): number => Math.round(ms / BLOCK_MS);
  const all = new Float32Array(blockAt(kept.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)) * PER_BLOCK);
  const turns = openTurns();
  // Each stretch begins at its block of the result, so that roundings do not add up.
  let [keptMs, at] = [0, 0];
  for (const { fromMs, toMs } of kept) {
    keptMs += toMs - fromMs;
    const end = blockAt(keptMs) * PER_BLOCK;
    for (let from = blockAt(fromMs) * PER_BLOCK; at < end;) {
      const count = Math.min(IN_A_TURN, end - at);
      all.set(values.subarray(from, from + count), at);
      from += count;
      at += count;
      await turns.over();
    }
  }
  return { values: all };
}
