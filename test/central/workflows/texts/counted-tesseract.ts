import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findTesseract } from '#lib/analysis/texts/tesseract.ts';

/** The real tesseract, with a count of the pictures that it was given. */
export interface CountedTesseract {
  path: string;
  /** Pictures that it was given so far. */
  count(): Promise<number>;
  /** Lets it wait with the next pictures until `open`. */
  hold(): Promise<void>;
  open(): Promise<void>;
}

/** Makes the program in a folder. */
export async function countedTesseract(folder: string, name = 'counted-tesseract'): Promise<CountedTesseract> {
  const real = (await findTesseract())!;
  const path = join(folder, name);
  const [calls, held] = [`${path}.calls`, `${path}.held`];
  const text = `#!${process.execPath}
    const { spawnSync } = require('node:child_process');
    const { appendFileSync, existsSync } = require('node:fs');
    const argv = process.argv.slice(2);
    const isReading = !argv[0].startsWith('--');
    if (isReading) appendFileSync(${JSON.stringify(calls)}, '.');
    const look = setInterval(() => {
      if (isReading && existsSync(${JSON.stringify(held)})) return;
      clearInterval(look);
      process.exitCode = spawnSync(${JSON.stringify(real.path)}, argv, { stdio: 'inherit' }).status ?? 1;
    }, 10);
  `;
  await writeFile(path, text, { mode: 0o755 });
  return {
    path,
    count: async () => (await readFile(calls, 'utf8').catch(() => '')).length,
    hold: () => writeFile(held, ''),
    open: () => rm(held, { force: true }),
  };
}
