import { readFile } from 'node:fs/promises';
import { until } from './until.ts';

/**
 * Gives the most that a thread worked without a break in this time, in milliseconds of the processor, from the file that
 * `loop-probe.ts` writes: up to its first line after this time, which a busy machine writes late.
 */
export async function worstTurnMs(file: string, beganMs: number, endedMs: number): Promise<number> {
  let within: number[][] = [];
  await until('the probe says how it was meanwhile', async () => {
    const lines = (await readFile(file, 'utf8')).split('\n').slice(0, -1);
    const since = lines.map((one) => one.split(' ').map(Number)).filter(([atMs = 0]) => atMs > beganMs);
    const end = since.findIndex(([atMs = 0]) => atMs >= endedMs);
    within = since.slice(0, end + 1);
    return end >= 0;
  });
  return Math.max(...within.map(([, ms = 0]) => ms));
}
