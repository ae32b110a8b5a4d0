import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { FPS } from './numbered-stream.ts';
import { until } from './until.ts';

const CHILD = new URL('recorder-child.ts', import.meta.url).pathname;

/**
 * Records in a process of its own for so long after the first bytes are on the disk, then kills it (SIGKILL). Gives the
 * number of the latest picture that it had.
 */
export async function killedRecording(folder: string, forMs: number): Promise<number> {
  const child = spawn(process.execPath, [CHILD, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  let [latest, bytes] = [0, 0];
  createInterface({ input: child.stdout }).on('line', (line) => {
    [latest = 0, bytes = 0] = line.split(' ').map(Number);
  });
  await until('the child records', () => bytes > 0);
  const from = latest;
  await until('so much of it', () => latest > from + (forMs * FPS) / 1000);
  child.kill('SIGKILL');
  await once(child, 'exit');
  return latest;
}
