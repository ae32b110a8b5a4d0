import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface TestResult {
  file: string;
  name: string;
  outcome: 'passed' | 'failed' | 'skipped';
  durationMs: number;
  error?: string;
}

export type FromWorker = ({ kind: 'result' } & TestResult) | { kind: 'problem'; text: string } | { kind: 'end' };

export interface BatchResult {
  results: TestResult[];
  /** What went wrong besides failing tests: a crash, a time-out, something left open. */
  problem?: string;
  /** The end of what the files printed. */
  output: string;
  durationMs: number;
}

const worker = fileURLToPath(new URL('worker.ts', import.meta.url));
const OUTPUT_CHARACTERS = 6000;
const NOT_RUN: BatchResult = { results: [], output: '', durationMs: 0, problem: 'not run: no time left' };

/** Process groups of the batches under way, to be ended when the runner is. */
const running = new Set<ChildProcess>();

/** Ends every batch under way, with whatever it started. */
export function endBatches(): void {
  for (const child of running) endGroup(child);
}

/** Runs test files in one process of its own group; after `limitMs` all that it started is killed. */
export async function runBatch(
  files: readonly string[],
  limitMs: number,
  env: NodeJS.ProcessEnv,
): Promise<BatchResult> {
  const startedAtMs = performance.now();
  const child = fork(worker, [...files], {
    detached: true,
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  running.add(child);
  const batch: BatchResult = { results: [], output: '', durationMs: 0 };
  let ended = false;
  child.on('message', (message: FromWorker) => {
    if (message.kind === 'result') batch.results.push(message);
    else if (message.kind === 'problem') batch.problem ??= message.text;
    else ended = true;
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => void (batch.output = (batch.output + String(chunk)).slice(-OUTPUT_CHARACTERS)));
  }
  const timer = setTimeout(() => {
    batch.problem ??= `did not end within ${Math.round(limitMs / 1000)} s`;
    endGroup(child);
  }, limitMs);
  const died = await new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (code, signal) => resolve(signal ? `ended by ${signal}` : `exit code ${code}`));
  });
  clearTimeout(timer);
  running.delete(child);
  endGroup(child);
  const failed = batch.results.some((result) => result.outcome === 'failed');
  if (!ended || (died !== 'exit code 0' && !failed)) batch.problem ??= `${died} without a failed test`;
  return { ...batch, durationMs: performance.now() - startedAtMs };
}

function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    // Nobody left in the group.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * Runs files together, which is quick; if they crash, hang or leave something open together, runs each alone, which
 * says whose fault it is. `limitMs` says, each time, how long that many files may take; none if it is not above zero.
 */
export async function runTogether(
  files: readonly string[],
  limitMs: (files: number) => number,
  env: NodeJS.ProcessEnv,
): Promise<{ file: string; batch: BatchResult }[]> {
  const run = (some: readonly string[]): Promise<BatchResult> => {
    const limit = limitMs(some.length);
    return limit > 0 ? runBatch(some, limit, env) : Promise.resolve({ ...NOT_RUN });
  };
  const together = await run(files);
  if (!together.problem || files.length === 1) {
    return files.map((file) => ({ file, batch: partOf(together, file, files.length) }));
  }
  const alone: { file: string; batch: BatchResult }[] = [];
  for (const file of files) alone.push({ file, batch: await run([file]) });
  if (alone.every(({ batch }) => !batch.problem && batch.results.every((result) => result.outcome !== 'failed'))) {
    const [first] = alone;
    if (first) first.batch.problem = `good alone, but run with ${files.length - 1} others: ${together.problem}`;
  }
  return alone;
}

function partOf(batch: BatchResult, file: string, files: number): BatchResult {
  if (files === 1) return batch;
  const results = batch.results.filter((result) => result.file === file);
  return { ...batch, results, durationMs: results.reduce((sum, result) => sum + result.durationMs, 0) };
}
