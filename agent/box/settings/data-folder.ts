import { basename } from 'node:path';
import type { Ffmpeg } from '#lib/ffmpeg/ffmpeg.ts';
import { tryToKeep, tryToMakeFolder } from '#lib/runtime/keeping.ts';
import { killLeftovers, markChildren } from '#lib/runtime/processes/leftovers.ts';
import type { Log } from '#lib/runtime/log.ts';
import { holdName } from '#lib/runtime/processes/only-one.ts';
import type { Scope } from '#lib/runtime/scope.ts';
import { removeLeftoverFiles } from '../media/leftover-files.ts';
import type { Config } from '#firmware-config/schema/config.ts';

/** The data folder is this box's alone; programs that a killed box left running are ended before anything is touched. */
export async function takeDataFolder(config: Config, ffmpeg: Ffmpeg, log: Log, scope: Scope): Promise<void> {
  const { data } = config;
  await tryToMakeFolder(data, log);
  const release = await holdName(data).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE')
      throw new Error(`another box runs with the data folder ${data}: give each box its own`);
    throw error;
  });
  scope.defer(release);
  // Doors are Node processes; a box of this data folder that runs still holds its name.
  const programs = [ffmpeg.ffmpeg, ffmpeg.ffprobe, process.execPath].map((path) => basename(path));
  const killed = await killLeftovers(data, programs);
  if (killed.length > 0) log.warn({ killed }, 'programs of an earlier run were still there');
  markChildren(data);
  await tryToKeep('half files of an earlier run', log, () => removeLeftoverFiles(config, log));
}
