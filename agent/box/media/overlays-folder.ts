import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyContent } from '#lib/runtime/disk/copy-file.ts';
import { tryToKeep } from '#lib/runtime/disk/keeping.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Config } from '#firmware-config/schema/config.ts';

const ASSETS = new URL('../../../overlays/assets/', import.meta.url);

/** Folder of logos and backgrounds: the configured one, else one in the data folder. */
export const overlaysFolderOf = ({ overlaysFolder, data }: Pick<Config, 'overlaysFolder' | 'data'>): string =>
  overlaysFolder ?? join(data, 'overlays');

/**
 * Opens the folder of logos and backgrounds, and gives its path. A folder in the data folder is filled with the files
 * that are shipped with Amphi. If the disk cannot be written, gives the folder of the shipped files.
 */
export async function openOverlaysFolder(config: Config, log: Log): Promise<string> {
  const folder = overlaysFolderOf(config);
  if (config.overlaysFolder) return folder;
  const assets = fileURLToPath(ASSETS);
  const fill = async (): Promise<void> => {
    await mkdir(folder, { recursive: true });
    if ((await readdir(folder)).length > 0) return;
    for (const name of await readdir(assets)) await copyContent(join(assets, name), join(folder, name));
  };
  const isKept = await tryToKeep('logos and backgrounds', log, fill);
  return isKept ? folder : assets;
}
