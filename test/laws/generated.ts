import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export interface Generator {
  /** What it makes. */
  makes: string;
  /** A script that with `--check` exits with 1 if what it would make differs from what is there. */
  script: string;
}

/** A generator that takes longer hangs. */
const LIMIT_MS = 240_000;

/** Whatever in the repository is made by a program. */
export const generators: readonly Generator[] = [
  { makes: 'the compositor kernels (WebAssembly)', script: 'agent/media/kernels/build.ts' },
  { makes: 'the generated references', script: 'docs/generate.ts' },
];

export const generatorExists = (generator: Generator, folder: string): boolean =>
  existsSync(join(folder, generator.script));

/** Resolves with why what a generator makes is stale, or with undefined if it is fresh. */
export function staleness(generator: Generator, folder: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const argv = [join(folder, generator.script), '--check'];
    execFile(process.execPath, argv, { cwd: folder, timeout: LIMIT_MS }, (error, stdout, stderr) => {
      resolve(error ? `${generator.script} --check: ${`${stdout}${stderr}`.trim() || error.message}` : undefined);
    });
  });
}
