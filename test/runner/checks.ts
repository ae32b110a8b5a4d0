import { execFile } from 'node:child_process';
import { join } from 'node:path';

export interface Check {
  name: string;
  program: string;
  argv: readonly string[];
}

/** A check of types; what it learned is kept, so that the next one looks at what changed. */
const types = (name: string, kept: string, ...project: string[]): Check => ({
  name,
  program: 'tsc',
  argv: ['--noEmit', '--incremental', '--tsBuildInfoFile', `.cache/types/${kept}.tsbuildinfo`, ...project],
});

/** What is checked without running the product; each counts as one test. */
export const checks: readonly Check[] = [
  { name: 'format', program: 'oxfmt', argv: ['--check'] },
  { name: 'lint', program: 'oxlint', argv: ['--type-aware', '--deny-warnings'] },
  types('types', 'all'),
  // What runs in a browser, and its tests, know other globals.
  types('types of the pages', 'pages', '-p', 'agent/web/pages'),
  types('types of the editor', 'editor', '-p', 'central/pages/editor'),
  types('types of the tests of the pages', 'tests-of-pages', '-p', 'test/web'),
];

/** A check that takes longer hangs: on a busy machine types of a fresh checkout take minutes. */
const LIMIT_MS = 900_000;

/** Runs a check in `root`. Resolves with what it printed if it failed, with undefined if all is good. */
export function runCheck(check: Check, root: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const program = join(root, 'node_modules/.bin', check.program);
  const options = { cwd: root, env, timeout: LIMIT_MS, killSignal: 'SIGKILL', maxBuffer: 64 << 20 } as const;
  return new Promise((resolve) => {
    execFile(program, [...check.argv], options, (error, stdout, stderr) => {
      resolve(error ? `${stdout}${stderr}`.trim() || error.message : undefined);
    });
  });
}
