import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '../settings/config.ts';

/** Where logos and backgrounds lie. */
export const overlaysFolderOf = ({ overlaysFolder, data }: Pick<Config, 'overlaysFolder' | 'data'>): string =>
  overlaysFolder ?? join(data, 'overlays');

/** The folder of the overlays; one of the box's own has those that are shipped at first. */
export async function openOverlaysFolder(config: Config): Promise<string> {
  const folder = overlaysFolderOf(config);
  if (config.overlaysFolder) return folder;
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) return folder;
  const assets = fileURLToPath(new URL('../../../overlays/assets/', import.meta.url));
  for (const name of await readdir(assets)) await copyFile(join(assets, name), join(folder, name));
  return folder;
}
