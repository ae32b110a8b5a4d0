import { chmod, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Ffmpeg } from '#lib/ffmpeg/ffmpeg.ts';
import { tryToKeep, tryToMakeFolder } from '#lib/runtime/disk/keeping.ts';
import { killLeftovers, markChildren } from '#lib/runtime/processes/leftovers.ts';
import type { Log } from '#lib/runtime/log.ts';
import { holdName } from '#lib/runtime/processes/only-one.ts';
import type { Scope } from '#lib/runtime/scope.ts';
import { removeLeftoverFiles } from '../media/leftover-files.ts';
import type { Config } from '#firmware-config/schema/config.ts';

/**
 * Takes the rights of other users away from the data folder and from the files in it, since it holds passwords, keys
 * and tokens; an older version left them open. A file whose rights cannot be changed is logged, and nothing else
 * happens.
 */
export async function closeToOthers(folder: string, log: Log): Promise<void> {
  const files = (await readdir(folder, { withFileTypes: true }).catch(() => [])).filter((one) => one.isFile());
  for (const [path, mode] of [[folder, 0o700], ...files.map(({ name }) => [join(folder, name), 0o600])] as const) {
    await close(String(path), Number(mode)).catch((error: unknown) =>
      log.warn({ path, error: String(error) }, 'others may read this: the data folder is to belong to the box alone'),
    );
  }
}

async function close(path: string, mode: number): Promise<void> {
  if (((await stat(path)).mode & 0o077) !== 0) await chmod(path, mode);
}

/**
 * Makes the data folder this box's alone: makes it, closes it to other users, reserves it, and ends programs that a
 * killed box left running. Throws if another box uses the folder.
 */
export async function takeDataFolder(config: Config, ffmpeg: Ffmpeg, log: Log, scope: Scope): Promise<void> {
  const { data } = config;
  await tryToMakeFolder(data, log);
  await closeToOthers(data, log);
  const release = await holdName(data).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE')
      throw new Error(`another box runs with the data folder ${data}: give each box its own`);
    throw error;
  });
  scope.defer(release);
  // Node is in this list since doors are Node processes. A running box cannot be hit: it has reserved its data folder.
  const programs = [ffmpeg.ffmpeg, ffmpeg.ffprobe, process.execPath].map((path) => basename(path));
  const killed = await killLeftovers(data, programs);
  if (killed.length > 0) log.warn({ killed }, 'programs of an earlier run were still there');
  markChildren(data);
  await tryToKeep('half files of an earlier run', log, () => removeLeftoverFiles(config, log));
}
