import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

export interface Stage {
  name: string;
  files: string[];
  /** Files that share a process. */
  filesPerProcess: number;
  /** Processes at a time. */
  atOnce: number;
  limitMs: (files: number) => number;
}

const SLOW_FOLDERS = ['media', 'web', 'e2e'];

/**
 * Which test files run when: laws, then units (many to a process, a process per core), then those with real media,
 * browsers and whole boxes, one file at a time so that they measure the product and not each other.
 * Paths are absolute; `wanted` are parts of paths below `test/`, none means all. Files that end in `.long.test.ts` run when it
 * may take long, or when they are asked for.
 */
export function stagesOf(testFolder: string, wanted: readonly string[], cores: number, long: boolean): Stage[] {
  const files = testFilesIn(testFolder)
    .filter((file) => isWanted(relative(testFolder, file), wanted))
    .filter((file) => long || wanted.length > 0 || !file.endsWith('.long.test.ts'));
  const roomOf = (file: string): string => relative(testFolder, file).split('/')[0] ?? '';
  const quick = { filesPerProcess: 10, atOnce: cores, limitMs: (count: number) => 30_000 + 10_000 * count };
  const slow = { filesPerProcess: 1, atOnce: 1, limitMs: () => (long ? 2_700_000 : 180_000) };
  const stages: Stage[] = [
    { name: 'laws', ...quick, files: files.filter((file) => roomOf(file) === 'laws') },
    { name: 'units', ...quick, files: files.filter((file) => !['laws', ...SLOW_FOLDERS].includes(roomOf(file))) },
    ...SLOW_FOLDERS.map((room) => ({ name: room, ...slow, files: files.filter((file) => roomOf(file) === room) })),
  ];
  return stages.filter((stage) => stage.files.length > 0);
}

export function isWanted(name: string, wanted: readonly string[]): boolean {
  return wanted.length === 0 || wanted.some((part) => name.includes(part.replace(/^test\//, '')));
}

function testFilesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts'))
    .toSorted()
    .map((path) => join(folder, path));
}
