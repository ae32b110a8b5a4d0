import { join } from 'node:path';
import { removeTemporaries } from '#lib/runtime/files.ts';
import type { Log } from '#lib/runtime/log.ts';
import { backupFolderOf } from '../control/files.ts';
import { certsFolderOf } from '../control/certificate.ts';
import type { Config } from '#firmware-config/schema/config.ts';

/**
 * Removes unfinished files that a killed box left: in the data folder at once, among the recordings in the background.
 */
export async function removeLeftoverFiles(config: Config, log: Log): Promise<void> {
  const { data, overlaysFolder = join(data, 'overlays'), recordings } = config;
  const small = [data, overlaysFolder, backupFolderOf(config), certsFolderOf(config)];
  const removed = (await Promise.all(small.map((folder) => removeTemporaries(folder)))).flat();
  if (removed.length > 0) log.info({ removed }, 'half files of an earlier run are removed');
  const large = recordings.destinations?.map(({ folder }) => folder) ?? [join(data, 'recordings')];
  for (const folder of large)
    removeTemporaries(folder, true).catch((error: unknown) => log.warn({ folder, err: error }, 'half files'));
}
