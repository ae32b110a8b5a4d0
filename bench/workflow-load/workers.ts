/** Workers as processes: those of the product, and those of the yardstick. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ConnectionOptions } from '#central/store/connect.ts';
import { startCentralWorker, workerOf, type WorkerProcess } from '#test/support/central-worker.ts';

const BARE = fileURLToPath(new URL('bare-worker.ts', import.meta.url));

/** A worker of the product with a folder of its own, and the media folder and the definitions of all. */
export const startProductWorker = (folder: string, name: string, url: string): Promise<WorkerProcess> =>
  startCentralWorker({
    data: join(folder, name),
    media: join(folder, 'media'),
    url,
    flags: ['--workflows', join(folder, 'definitions')],
  });

/** A process that does bare jobs, in chains of `steps`. Resolves when it works. */
export const startBareWorker = (connection: ConnectionOptions, steps: number, atOnce: number): Promise<WorkerProcess> =>
  workerOf(
    spawn(process.execPath, [BARE, JSON.stringify(connection), String(steps), String(atOnce)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
