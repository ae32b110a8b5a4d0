import { openTurns } from '#lib/runtime/turns.ts';
import { BLOCKS_PER_SECOND, blocksOf, PEAK, PER_BLOCK, SQUARE, type Envelope } from './envelope.ts';

/** The sound of one second. */
export interface Level {
  fromMs: number;
  /** Mean (RMS) and highest level of all channels, in dB of the greatest possible; -Infinity without any sound. */
  rmsDb: number;
  peakDb: number;
}

/** The level of each second of a sound, from the beginning of its file on; of a sound without a sample there is none. */
export async function levelsOf(envelope: Envelope): Promise<Level[]> {
  const { values } = envelope;
  const blocks = blocksOf(envelope);
  const levels: Level[] = [];
  const turns = openTurns();
  for (let first = 0; first < blocks; first += BLOCKS_PER_SECOND) {
    const next = Math.min(blocks, first + BLOCKS_PER_SECOND);
    let [peak, square] = [0, 0];
    for (let block = first; block < next; block++) {
      peak = Math.max(peak, values[block * PER_BLOCK + PEAK]!);
      square += values[block * PER_BLOCK + SQUARE]!;
    }
    const fromMs = (first * 1000) / BLOCKS_PER_SECOND;
    levels.push({ fromMs, rmsDb: 10 * Math.log10(square / (next - first)), peakDb: 20 * Math.log10(peak) });
    await turns.over();
  }
  return levels;
}
