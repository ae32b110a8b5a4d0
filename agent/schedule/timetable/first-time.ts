import { readFile } from 'node:fs/promises';
import { writeFileAtomically } from '#lib/runtime/files.ts';

/** The time of the first call, kept in a file; earlier recordings are left out. */
export async function firstTime(file: string, nowMs: number): Promise<number> {
  try {
    const { atMs } = JSON.parse(await readFile(file, 'utf8')) as { atMs: unknown };
    if (typeof atMs === 'number') return atMs;
  } catch {
    // There is no such file, or it cannot be read.
  }
  await writeFileAtomically(file, JSON.stringify({ atMs: nowMs }));
  return nowMs;
}
