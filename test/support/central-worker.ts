import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const AMPHI = fileURLToPath(new URL('../../bin/amphi', import.meta.url));

/** A process that does jobs. */
export interface WorkerProcess {
  pid: number;
  /** Ends it in good order. */
  stop(): Promise<void>;
  /** Ends it at once, with SIGKILL. */
  kill9(): Promise<void>;
}

/** Where a worker of the product is started. */
export interface WorkerPlace {
  /** Its own folder. */
  data: string;
  /** Folder of the media, that of all processes. */
  media: string;
  /** URL of the database. */
  url: string;
  /** More flags of `amphi central`. */
  flags?: readonly string[];
  /** A program and its arguments that run the worker: `unshare --mount`. It must become the worker (`exec`). */
  within?: readonly string[];
}

/** Starts `amphi central` with the role of a worker alone. Resolves when it works; rejects if it ends before. */
export function startCentralWorker({ data, media, url, flags = [], within = [] }: WorkerPlace): Promise<WorkerProcess> {
  const argv = ['central', '--data', data, '--media', media, '--database', url, '--roles', 'worker', ...flags];
  const [program = AMPHI, ...rest] = [...within, AMPHI, ...argv];
  const env = { AMPHI_LOG: 'fatal', ...process.env };
  return workerOf(spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit'], env }));
}

/** A child that prints its first line when it works. Rejects if it ends before. */
export async function workerOf(child: ChildProcess): Promise<WorkerProcess> {
  const died = once(child, 'exit');
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await died;
  };
  const gone = died.then(() => Promise.reject(new Error('a worker ended before it worked')));
  gone.catch(() => undefined);
  await Promise.race([once(child.stdout!, 'data'), gone]);
  child.stdout?.resume();
  return { pid: child.pid ?? 0, stop: () => end('SIGTERM'), kill9: () => end('SIGKILL') };
}
