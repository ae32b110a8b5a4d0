import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

/**
 * The most that a thread worked without a break in this time, in milliseconds of the processor, from the file that
 * `loop-probe.ts` wrote.
 */
export async function worstTurnMs(file: string, beganMs: number, endedMs: number): Promise<number> {
  const lines = (await readFile(file, 'utf8')).split('\n').map((one) => one.split(' ').map(Number));
  const within = lines.filter(([atMs = 0]) => atMs > beganMs && atMs <= endedMs + 150);
  assert.ok(within.length > 0, 'the probe was there meanwhile');
  return Math.max(...within.map(([, ms = 0]) => ms));
}
