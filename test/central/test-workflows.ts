import { join } from 'node:path';
import { openProcessing } from '#central/processing.ts';
import { openJobs } from '#central/store/jobs.ts';
import type { MediaStore } from '#central/store/media-store.ts';
import type { Workflows } from '#central/workflows/workflows.ts';
import type { Clock } from '#lib/runtime/clock.ts';
import { silentLog } from '#lib/runtime/log.ts';
import type { TestDatabase } from './postgres.ts';

/** Opens the workflows of a test's server, without a worker: what begins waits for one. */
export async function openTestWorkflows(
  { database, connection }: TestDatabase,
  store: MediaStore,
  clock: Clock,
  standard = 'schedule-and-upload',
): Promise<{ workflows: Workflows; close(): Promise<void> }> {
  const jobs = await openJobs(connection, silentLog);
  const { workflows } = await openProcessing({
    database,
    store,
    jobs,
    clock,
    ffmpeg: 'ffmpeg',
    ffprobe: 'ffprobe',
    log: silentLog,
    folder: join(store.folder, '..', 'workflows'),
    standard,
    heavyAtOnce: 1,
  });
  return {
    workflows,
    async close() {
      workflows.definitions.close();
      await jobs.close();
    },
  };
}
