import { parentPort, workerData } from 'node:worker_threads';
import { CalendarError } from '#lib/opencast/calendars/calendar.ts';
import { readCalendarFile, type ReadingTask } from './calendar-reading.ts';

/** A large calendar takes a second to read: that second must not be one of the frame clock's. */
try {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
  parentPort?.postMessage({ reading: await readCalendarFile(workerData as ReadingTask) });
} catch (error) {
  const text = error instanceof Error ? error.message : String(error);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
  parentPort?.postMessage({ useless: error instanceof CalendarError, text });
}
