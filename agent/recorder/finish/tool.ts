import { getPriority, setPriority } from 'node:os';
import { startChild, type Child } from '#lib/runtime/processes/child.ts';
import { NICE_ALONE, NICE_BESIDE, type Haste } from './haste.ts';

/** A run of a program. */
export interface ToolRun {
  command: string;
  argv: readonly string[];
  cwd?: string;
  /** Text for its standard input. */
  input?: string;
  /** Ends the program early. */
  signal?: AbortSignal | undefined;
  /** Priority of the program; undefined: niceness 15 to its end. */
  haste?: Haste | undefined;
}

/** Bytes of a program's output that are kept; the rest is dropped. */
const MAX_OUTPUT_BYTES = 4 << 20;

/**
 * Runs a program at low priority, so that it takes no processor time from the live processes. After its patience its
 * priority is raised; if this process has no right to do that, the program is ended and run again. So `run` must be a
 * program that may run twice. Gives its standard output; throws an Error with the program's own words if it fails or is
 * ended.
 */
export async function runTool(run: ToolRun): Promise<string> {
  const patienceMs = run.haste?.patienceMs() ?? Number.POSITIVE_INFINITY;
  const again = { isWanted: false };
  const output = runOnce(run, run.haste?.niceness() ?? NICE_BESIDE, (child) => raiseAfter(child, patienceMs, again));
  return output.catch((error: unknown) => {
    if (!again.isWanted || run.signal?.aborted) throw error;
    return runOnce(run, NICE_ALONE, () => () => undefined);
  });
}

/** Raises a child's priority after its patience, or ends it so that it is run again. The result cancels that. */
function raiseAfter(child: Child, patienceMs: number, again: { isWanted: boolean }): () => void {
  if (!Number.isFinite(patienceMs)) return () => undefined;
  const timer = setTimeout(() => {
    if (isRaised(child.pid)) return;
    again.isWanted = true;
    void child.stop(500);
  }, patienceMs);
  return () => clearTimeout(timer);
}

/** Raises a process's priority; false if this process may not (that needs root or RLIMIT_NICE, setpriority(2)). */
function isRaised(pid: number | undefined): boolean {
  try {
    setPriority(pid ?? -1, getPriority() + NICE_ALONE);
    return true;
  } catch {
    return false;
  }
}

async function runOnce(run: ToolRun, niceness: number, onStart: (child: Child) => () => void): Promise<string> {
  const child = startChild({
    command: run.command,
    argv: run.argv,
    niceness,
    takes: [1],
    feeds: [0],
    ...(run.cwd === undefined ? {} : { cwd: run.cwd }),
  });
  const stop = (): void => void child.stop(500);
  run.signal?.addEventListener('abort', stop);
  if (run.signal?.aborted) stop();
  child.feed(0).end(run.input ?? '');
  const done = onStart(child);
  try {
    const [output, death] = await Promise.all([readAll(child.take(1)), child.died]);
    if (death.code !== 0) throw new Error(`${run.command}: ${death.reason}`);
    return output;
  } finally {
    done();
    run.signal?.removeEventListener('abort', stop);
  }
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes <= MAX_OUTPUT_BYTES) chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
