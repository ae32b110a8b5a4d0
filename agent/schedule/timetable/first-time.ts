import { readFile } from 'node:fs/promises';
import { writeFileAtomically } from '#lib/runtime/files.ts';

/** When this was asked for the first time: what lies before is none of its business. */
export async function firstTime(file: string, nowMs: number): Promise<number> {
  try {
    const { atMs } = JSON.parse(await readFile(file, 'utf8')) as { atMs: unknown };
    if (typeof atMs === 'number') return atMs;
  } catch {
    // It is the first time, or nobody knows any more.
  }
  await writeFileAtomically(file, JSON.stringify({ atMs: nowMs }));
  return nowMs;
}
