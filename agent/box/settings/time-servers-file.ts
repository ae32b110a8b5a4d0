import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '#firmware-config/schema/config.ts';
import { tryToKeep } from '#lib/runtime/disk/keeping.ts';
import { writeFileAtomically } from '#lib/runtime/files.ts';
import type { Log } from '#lib/runtime/log.ts';

/** Name of the file in the data folder. */
export const TIME_SERVERS_FILE = 'time-servers';

/**
 * Writes the time servers of the configuration to a file in the data folder, where a service of the machine finds them
 * (docs/amphi-time.path): the box itself has no right to set them. An unchanged file is not written again.
 */
export async function offerTimeServers({ data, timeServers }: Config, log: Log): Promise<void> {
  const path = join(data, TIME_SERVERS_FILE);
  const before = await readFile(path, 'utf8').catch(() => undefined);
  const wanted = `${timeServers ?? ''}\n`;
  if (wanted === (before ?? '\n')) return;
  await tryToKeep('the time servers', log, () => writeFileAtomically(path, wanted, 0o600));
}
