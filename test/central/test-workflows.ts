import { join } from 'node:path';
import { parseConfig } from '#central/config.ts';
import { openProcessing } from '#central/processing.ts';
import type { MediaStore } from '#central/store/media-store.ts';
import type { Workflows } from '#central/workflows/workflows.ts';
import type { Clock } from '#lib/runtime/clock.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { openScope } from '#lib/runtime/scope.ts';
import type { TestDatabase } from './postgres.ts';

/** Opens the workflows of a test's server. Without a worker, what begins waits for one. */
export async function openTestWorkflows(
  { database, connection }: TestDatabase,
  store: MediaStore,
  clock: Clock,
  { standard = 'schedule-and-upload', isWorker = false }: { standard?: string; isWorker?: boolean } = {},
): Promise<{ workflows: Workflows; close(): Promise<void> }> {
  const scope = openScope();
  const data = join(store.folder, '..');
  const roles = isWorker ? ['web', 'worker'] : ['web'];
  const workflows = await openProcessing(parseConfig({ data, workflow: standard, roles }), {
    database,
    connection,
    store,
    clock,
    programs: { ffmpeg: 'ffmpeg', ffprobe: 'ffprobe' },
    log: silentLog,
    scope,
  });
  return { workflows, close: () => scope.close() };
}
