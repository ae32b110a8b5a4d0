import { relative } from 'node:path';
import { runCheck, type Check } from './checks.ts';
import type { Durations } from './durations.ts';
import type { TestFile } from './files.ts';
import type { Progress } from './progress.ts';
import type { Report } from './report.ts';
import { batchesOf, type Stage } from './stages.ts';
import { runTogether } from './together.ts';

/** What a run has in hand. */
export interface Running {
  root: string;
  env: NodeJS.ProcessEnv;
  progress: Progress;
  durations: Durations;
  report: Report;
}

/** Runs checks one after the other; each uses all cores by itself. */
export async function runChecks(
  checks: readonly Check[],
  { root, env, progress, durations, report }: Running,
): Promise<void> {
  if (checks.length > 0) report.heading('checks');
  for (const check of checks) {
    const startedAtMs = performance.now();
    progress.begin(check.name);
    const failure = await runCheck(check, root, process.stdout.isTTY ? env : { ...env, NO_COLOR: '1' });
    progress.done(check.name);
    durations.keep(check.name, performance.now() - startedAtMs);
    report.check(check.name, failure, performance.now() - startedAtMs);
  }
}

/** Runs the files of a stage, as many processes at once as it allows. */
export async function runStage(stage: Stage, running: Running): Promise<void> {
  running.report.heading(`${stage.name}: ${stage.files.length} files`);
  const batches = batchesOf(stage, running.durations);
  const work = async (): Promise<void> => {
    for (let files = batches.shift(); files; files = batches.shift()) await runFiles(files, running);
  };
  await Promise.all(Array.from({ length: stage.atOnce }, work));
}

async function runFiles(
  files: readonly TestFile[],
  { root, env, progress, durations, report }: Running,
): Promise<void> {
  const limits = new Map(files.map(({ path, limitMs }) => [path, limitMs]));
  const nameOf = (path: string): string => relative(root, path);
  let current = '';
  const next = (path: string): void => {
    if (path === current) return;
    if (current) progress.done(nameOf(current));
    current = path;
    progress.begin(nameOf(path));
  };
  const paths = files.map(({ path }) => path);
  next(paths[0] ?? '');
  const options = { env, limitMs: (path: string) => limits.get(path) ?? 0, onStarted: next };
  for (const { file, batch } of await runTogether(paths, options)) {
    progress.done(nameOf(file));
    durations.keep(nameOf(file), batch.durationMs);
    report.file(file, batch);
  }
}
