import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { endGroup, programsIn } from './group.ts';

export interface TestResult {
  file: string;
  name: string;
  outcome: 'passed' | 'failed' | 'skipped';
  durationMs: number;
  error?: string;
}

/** What a test says beside its outcome, such as that a judgement was repeated. */
export interface Note {
  file: string;
  name: string;
  text: string;
}

export type FromWorker =
  | ({ kind: 'result' } & TestResult)
  | ({ kind: 'note' } & Note)
  | { kind: 'started'; file: string; name: string }
  | { kind: 'problem'; text: string }
  | { kind: 'holds'; text: string }
  | { kind: 'end' };

/** The only question a worker is asked: what keeps it alive. */
export type ToWorker = 'what do you hold';

export interface BatchResult {
  results: TestResult[];
  notes: Note[];
  /** What went wrong besides failing tests: a crash, a file that did not end, something left open. */
  problem?: string;
  /** The file that did not end within its limit. */
  hung?: string;
  /** The end of what the files printed. */
  output: string;
  durationMs: number;
}

export interface BatchOptions {
  env: NodeJS.ProcessEnv;
  /** How long one file may take, ms; the files of a process do not share it. */
  limitMs: (file: string) => number;
  /** Told when a file, or a test in it, begins. */
  onStarted?: (file: string, name: string) => void;
}

const worker = fileURLToPath(new URL('worker.ts', import.meta.url));
const OUTPUT_CHARACTERS = 6000;
/** How long a worker may take to say what it holds; one that says nothing has a busy thread. */
const ANSWER_MS = 5000;

/** Process groups of the batches under way, to be ended when the runner is. */
const running = new Set<ChildProcess>();

/** Ends every batch under way, with whatever it started. */
export function endBatches(): void {
  for (const child of running) endGroup(child.pid);
}

/** Runs test files in one process of its own group; when one of them takes longer than it may, all that it started is killed. */
export async function runBatch(files: readonly string[], options: BatchOptions): Promise<BatchResult> {
  const startedAtMs = performance.now();
  const child = startWorker(files, options.env);
  const batch: BatchResult = { results: [], notes: [], output: '', durationMs: 0 };
  const watch = watchFiles(child, files[0] ?? '', options, (file, problem) => {
    batch.problem ??= problem;
    batch.hung ??= file;
    endGroup(child.pid);
  });
  let ended = false;
  child.on('message', (message: FromWorker) => {
    if (message.kind === 'result') batch.results.push(message);
    else if (message.kind === 'note') batch.notes.push(message);
    else if (message.kind === 'problem') batch.problem ??= message.text;
    else if (message.kind === 'started') watch.started(message.file, message.name);
    else if (message.kind === 'end') ended = true;
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => void (batch.output = (batch.output + String(chunk)).slice(-OUTPUT_CHARACTERS)));
  }
  const died = await deathOf(child);
  watch.stop();
  running.delete(child);
  endGroup(child.pid);
  const failed = batch.results.some((result) => result.outcome === 'failed');
  if (!ended || (died !== 'exit code 0' && !failed)) batch.problem ??= `${died} without a failed test`;
  return { ...batch, durationMs: performance.now() - startedAtMs };
}

function startWorker(files: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  const child = fork(worker, [...files], {
    detached: true,
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  running.add(child);
  return child;
}

const deathOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (code, signal) => resolve(signal ? `ended by ${signal}` : `exit code ${code}`));
  });

interface FileWatch {
  started(file: string, name: string): void;
  stop(): void;
}

/** Gives each file its own time, from its first test to that of the next; `onHung` is told once, with what was waited for. */
function watchFiles(
  child: ChildProcess,
  first: string,
  { limitMs, onStarted }: BatchOptions,
  onHung: (file: string, problem: string) => void,
): FileWatch {
  let [file, name, sinceMs] = [first, 'loading its imports', performance.now()];
  let timer: NodeJS.Timeout | undefined;
  const hang = async (): Promise<void> => {
    const inMs = performance.now() - sinceMs;
    const problem = `did not end within ${seconds(limitMs(file))}; waited for: ${name} (for ${seconds(inMs)})`;
    onHung(file, `${problem}\n${await holdingsOf(child)}`);
  };
  const arm = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void hang(), limitMs(file));
  };
  arm();
  return {
    started(nextFile, nextName) {
      const another = nextFile !== file;
      [file, name, sinceMs] = [nextFile, nextName, performance.now()];
      if (another) arm();
      onStarted?.(file, name);
    },
    stop: () => clearTimeout(timer),
  };
}

/** What a worker and the programs it started hold, in words. */
async function holdingsOf(child: ChildProcess): Promise<string> {
  const holds = await new Promise<string>((resolve) => {
    setTimeout(() => resolve('its thread does not answer: it computes, or waits in one call'), ANSWER_MS);
    child.on('message', (message: FromWorker) => {
      if (message.kind === 'holds') resolve(`it holds: ${message.text}`);
    });
    child.send('what do you hold' satisfies ToWorker, () => undefined);
  });
  const programs = programsIn(child.pid).filter(({ pid }) => pid !== child.pid);
  return [holds, ...programs.map(({ words }) => `it runs: ${words}`)].join('\n');
}

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;
