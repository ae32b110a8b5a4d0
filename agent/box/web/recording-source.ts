import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { refuse, type Refusal } from '#agent/device/outcome.ts';
import type { Metadata } from '#agent/device/state.ts';
import { RecorderRefusal } from '#agent/recorder/refusal.ts';
import { filesOf as partsOf } from '#agent/recorder/catalog/recording.ts';
import type { RecordingTold } from '#agent/device/recording.ts';
import type { RecordingFile, RecordingSource } from '#agent/web/views/sources.ts';

const MIMES: Record<string, string> = {
  '.mp4': 'video/mp4',
  '.jpg': 'image/jpeg',
  '.json': 'application/json',
  '.sha256': 'text/plain; charset=utf-8',
};

/** The recordings as the recorder gives them, or as another process has been told of them. */
export interface RecordingsAt {
  list(): RecordingTold[];
  find(id: string): RecordingTold | undefined;
  /**
   * Changes a recording's metadata; false: no recording has this id. `describe` and `remove` may throw a
   * RecorderRefusal.
   */
  describe(id: string, change: Partial<Metadata>): boolean | Promise<boolean>;
  remove(id: string): Promise<boolean>;
}

/**
 * The recordings for the web: by id, with their files by name. Only files in the recordings' own folders can be
 * reached.
 */
export function recordingSource(recorder: RecordingsAt): RecordingSource {
  const filesOf = async (id: string): Promise<RecordingFileOnDisk[]> => {
    const info = recorder.find(id);
    return info ? filesOfRecording(info) : [];
  };
  return {
    list: () => recorder.list().toSorted((one, other) => other.startedAtMs - one.startedAtMs),
    find: (id) => recorder.find(id),
    filesOf,
    fileOf: async (id, name) => (await filesOf(id)).find((file) => file.name === name),
    describe: (id, change) => orRefused(() => recorder.describe(id, change), id),
    remove: (id) => orRefused(() => recorder.remove(id), id),
  };
}

/** Carries out an act. Gives a refusal if the recorder refuses (E22), or if there is no such recording (E28). */
async function orRefused(act: () => boolean | Promise<boolean>, id: string): Promise<Refusal | undefined> {
  try {
    return (await act()) ? undefined : refuse('E28', `there is no recording ${id}`);
  } catch (error) {
    if (error instanceof RecorderRefusal) return refuse('E22', error.message);
    throw error;
  }
}

/** A file with its path and the time of its last change. */
export type RecordingFileOnDisk = RecordingFile & { path: string; modifiedMs: number };

/**
 * The files of a recording that exist now: media, thumbnails, package, checksums. Hidden files and links are left out.
 */
export async function filesOfRecording(info: RecordingTold): Promise<RecordingFileOnDisk[]> {
  const files: RecordingFileOnDisk[] = [];
  for (const folder of new Set(
    partsOf(info)
      .map((part) => part.folder)
      .filter(Boolean),
  )) {
    if (!(await lstat(folder).catch(() => undefined))?.isDirectory()) continue;
    for (const name of await readdir(folder).catch(() => [])) {
      const file = await fileIn(info, folder, name);
      if (file) files.push(file);
    }
  }
  return files;
}

async function fileIn(info: RecordingTold, folder: string, name: string): Promise<RecordingFileOnDisk | undefined> {
  const mime = MIMES[name.slice(name.lastIndexOf('.'))];
  if (!mime || name.startsWith('.')) return undefined;
  const path = join(folder, name);
  const found = await lstat(path).catch(() => undefined);
  if (!found?.isFile()) return undefined;
  const writing = partsOf(info).some((part) => part.name === name && part.state === 'writing');
  return { name, path, size: found.size, modifiedMs: found.mtimeMs, mime, writing };
}
