/** Thread that reads the definitions of a folder (`workerData`), and posts what it read. */
import { parentPort, workerData } from 'node:worker_threads';
import { readFolder } from './definition-files.ts';

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
parentPort?.postMessage(await readFolder(workerData as string));
