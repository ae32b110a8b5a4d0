import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tryToKeep } from '#lib/runtime/disk/keeping.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Config } from '#firmware-config/schema/config.ts';

const ASSETS = new URL('../../../overlays/assets/', import.meta.url);

/** Where logos and backgrounds lie: as configured, else in the data folder. */
export const overlaysFolderOf = ({ overlaysFolder, data }: Pick<Config, 'overlaysFolder' | 'data'>): string =>
  overlaysFolder ?? join(data, 'overlays');

/**
 * The folder of logos and backgrounds; one in the data folder is filled with those that are shipped. Where the disk does not take
 * them, they are read from where they were shipped.
 */
export async function openOverlaysFolder(config: Config, log: Log): Promise<string> {
  const folder = overlaysFolderOf(config);
  if (config.overlaysFolder) return folder;
  const assets = fileURLToPath(ASSETS);
  const fill = async (): Promise<void> => {
    await mkdir(folder, { recursive: true });
    if ((await readdir(folder)).length > 0) return;
    for (const name of await readdir(assets)) await copyFile(join(assets, name), join(folder, name));
  };
  const isKept = await tryToKeep('logos and backgrounds', log, fill);
  return isKept ? folder : assets;
}
