import { relative } from 'node:path';
import { waitedForCoresMs } from '#test/support/pace.ts';
import type { Note } from './batch.ts';
import { runCheck, type Check } from './checks.ts';
import type { Durations } from './durations.ts';
import type { TestFile } from './files.ts';
import { failedByWaiting, waitingWords } from './lateness.ts';
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
  /** Files that waited in vain while the machine was late, and what is told of it; they run again, alone, at the end. */
  late: Late[];
}

export interface Late {
  file: TestFile;
  notes: Note[];
}

/** A file runs so often at most. */
const ROUNDS = 3;

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

/** Runs the files again that waited in vain while the machine was late, one at a time, twice at most. */
export async function runLate(running: Running): Promise<void> {
  if (running.late.length > 0) running.report.heading(`again: ${running.late.length} files`);
  for (let late = running.late.shift(); late; late = running.late.shift())
    await runFiles([late.file], running, late.notes);
}

async function runFiles(files: readonly TestFile[], running: Running, before: readonly Note[] = []): Promise<void> {
  const { root, env, progress, durations, report } = running;
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
  const waitedBeforeMs = await waitedForCoresMs();
  const results = await runTogether(paths, options);
  const waitedMs = (await waitedForCoresMs()) - waitedBeforeMs;
  for (const { file: path, batch } of results) {
    progress.done(nameOf(path));
    durations.keep(nameOf(path), batch.durationMs);
    const notes = [...before, ...batch.notes];
    const file = files.find((one) => one.path === path);
    if (file && before.length < ROUNDS - 1 && failedByWaiting(batch, waitedMs)) {
      const note = { file: path, name: 'the file', text: waitingWords(batch, waitedMs) };
      report.postponed(path, note.text);
      running.late.push({ file, notes: [...before, note] });
    } else report.file(path, { ...batch, notes });
  }
}
