import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { runProgram } from '#lib/runtime/processes/run-program.ts';

/** A text recognition program that was tried. */
export interface Tesseract {
  /** Absolute path. */
  path: string;
  version: string;
  /** Names of the languages that it can read: `fra`, `eng`. */
  languages: readonly string[];
}

/** Milliseconds for the program to say its version; one that has not by then is not used. */
const TRIAL_MS = 60_000;

/**
 * Finds tesseract in the folders of PATH, or at `path`; undefined if there is none that runs and has a language: then
 * texts of slides are left out.
 */
export async function findTesseract(
  path?: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Tesseract | undefined> {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  for (const one of path === undefined ? folders.map((folder) => join(folder, 'tesseract')) : [path]) {
    const isThere = await access(one, constants.X_OK).then(
      () => true,
      () => false,
    );
    const found = isThere ? await tried(one) : undefined;
    if (found) return found;
  }
  return undefined;
}

async function tried(path: string): Promise<Tesseract | undefined> {
  const told = await runProgram(path, ['--version'], { timeoutMs: TRIAL_MS });
  const version = /^tesseract v?(\S+)/m.exec(told.stdout)?.[1];
  if (told.code !== 0 || version === undefined) return undefined;
  const list = await runProgram(path, ['--list-langs'], { timeoutMs: TRIAL_MS });
  const languages = list.stdout.split('\n').flatMap((line) => /^[a-z]{3,4}(?:_\w+)?$/.exec(line.trim())?.[0] ?? []);
  const readable = languages.filter((language) => language !== 'osd');
  return readable.length === 0 ? undefined : { path, version, languages: readable };
}
