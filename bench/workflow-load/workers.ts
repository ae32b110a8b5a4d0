/** Workers as processes: those of the product, and those of the yardstick. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ConnectionOptions } from '#central/store/connect.ts';

const AMPHI = fileURLToPath(new URL('../../bin/amphi', import.meta.url));
const BARE = fileURLToPath(new URL('bare-worker.ts', import.meta.url));

/** A process that does jobs. */
export interface WorkerProcess {
  /** Ends it in good order. */
  stop(): Promise<void>;
  /** Ends it at once, with SIGKILL. */
  kill9(): Promise<void>;
}

/** `amphi central` with the role of a worker alone, with a folder of its own and the media folder of all. Resolves when it works. */
export function startProductWorker(folder: string, name: string, url: string): Promise<WorkerProcess> {
  const flags = ['--roles', 'worker', '--workflows', join(folder, 'definitions'), '--media', join(folder, 'media')];
  const argv = ['central', '--data', join(folder, name), '--database', url, ...flags];
  return started(
    spawn(AMPHI, argv, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, AMPHI_LOG: 'error' } }),
  );
}

/** A process that does bare jobs, in chains of `steps`. Resolves when it works. */
export const startBareWorker = (connection: ConnectionOptions, steps: number, atOnce: number): Promise<WorkerProcess> =>
  started(
    spawn(process.execPath, [BARE, JSON.stringify(connection), String(steps), String(atOnce)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );

async function started(child: ChildProcess): Promise<WorkerProcess> {
  const died = once(child, 'exit');
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await died;
  };
  const gone = died.then(() => Promise.reject(new Error('a worker ended before it worked')));
  gone.catch(() => undefined);
  // Its first line says that it works.
  await Promise.race([once(child.stdout!, 'data'), gone]);
  child.stdout?.resume();
  return { stop: () => end('SIGTERM'), kill9: () => end('SIGKILL') };
}
