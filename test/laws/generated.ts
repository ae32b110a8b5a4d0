import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export interface Generator {
  /** Name of what the generator makes. */
  makes: string;
  /** A script that, with `--check`, exits with 1 if it would make something else than what is there. */
  script: string;
}

/** Time in milliseconds for a generator; one that takes longer counts as stale. */
const LIMIT_MS = 240_000;

/** All generators of files in the repository. */
export const generators: readonly Generator[] = [
  { makes: 'the compositor kernels (WebAssembly)', script: 'agent/media/kernels/build.ts' },
  { makes: 'the generated references', script: 'docs/generate.ts' },
];

export const generatorExists = (generator: Generator, folder: string): boolean =>
  existsSync(join(folder, generator.script));

/** Resolves with the reason why a generator's result is stale, or with undefined if it is fresh. */
export function staleness(generator: Generator, folder: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const argv = [join(folder, generator.script), '--check'];
    execFile(process.execPath, argv, { cwd: folder, timeout: LIMIT_MS }, (error, stdout, stderr) => {
      resolve(error ? `${generator.script} --check: ${`${stdout}${stderr}`.trim() || error.message}` : undefined);
    });
  });
}
