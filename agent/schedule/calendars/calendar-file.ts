import { Worker } from 'node:worker_threads';
import { CalendarError } from '#lib/calendar/calendar.ts';
import type { Reading, ReadingTask } from './reading-task.ts';

const WORKER_MB = 512;
/**
 * Time in ms for reading a calendar; then the worker is ended and the reading rejects. No real calendar takes so long.
 */
const WORKER_MS = 120_000;

type Answer = { reading: Reading } | { useless: boolean; text: string };

/**
 * Reads a calendar file in a worker, outside of the main thread. Rejects with a CalendarError if the calendar cannot be
 * used, with another error if the reading failed.
 */
export function readBeside(task: ReadingTask): Promise<Reading> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./calendar-worker.ts', import.meta.url), {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: WORKER_MB },
    });
    const late = setTimeout(() => void worker.terminate(), WORKER_MS);
    worker.once('message', (answer: Answer) => {
      if ('reading' in answer) resolve(answer.reading);
      else reject(answer.useless ? new CalendarError(answer.text) : new Error(answer.text));
    });
    worker.once('error', (error) => reject(new CalendarError(`it cannot be read: ${String(error)}`)));
    worker.once('exit', () => {
      clearTimeout(late);
      reject(new CalendarError(`it could not be read within ${WORKER_MS / 1000} s`));
    });
  });
}
