import { parentPort, workerData } from 'node:worker_threads';
import { CalendarError } from '#lib/calendar/calendar.ts';
import { giveWayHere } from '#lib/runtime/processes/thread-priority.ts';
import { readCalendarFile } from './calendar-reading.ts';
import type { ReadingTask } from './reading-task.ts';

giveWayHere();
/**
 * The worker reads a calendar in a thread of its own: a large one takes a second, in which the frame clock must not
 * stop.
 */
try {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
  parentPort?.postMessage({ reading: await readCalendarFile(workerData as ReadingTask) });
} catch (error) {
  const text = error instanceof Error ? error.message : String(error);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
  parentPort?.postMessage({ useless: error instanceof CalendarError, text });
}
