import { mkdir, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, resolve, sep } from 'node:path';
import { OperationFailed } from '../run/operation.ts';

/**
 * The folder, made if it is not there, by its real path. Rejects with `refused()` for one that is not within those that the
 * configuration allows, also by a link that leads away; and where the disk of an allowed one is not mounted.
 */
export async function allowedFolder(
  directory: string,
  allowed: readonly string[],
  refused: () => OperationFailed,
): Promise<string> {
  if (!isAbsolute(directory)) throw refused();
  const folder = resolve(directory);
  for (const root of allowed) {
    if (!isWithin(folder, resolve(root))) continue;
    const real = await realpath(root).catch(() => {
      throw new OperationFailed(`the folder ${root} is not there: is the disk or share mounted?`);
    });
    // A folder below a link would be made outside before anybody has looked.
    if (!isWithin(await realpath(await nearestThere(folder)), real)) throw refused();
    await mkdir(folder, { recursive: true, mode: 0o755 });
    return realpath(folder);
  }
  throw refused();
}

const isWithin = (path: string, root: string): boolean =>
  path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);

async function nearestThere(folder: string): Promise<string> {
  let path = folder;
  while (!(await stat(path).catch(() => undefined)) && dirname(path) !== path) path = dirname(path);
  return path;
}
