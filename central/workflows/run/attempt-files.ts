import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { syncFolder, syncPath } from '@amphi/lib/runtime/files.ts';
import { isList, wholePath } from '../../store/lists/list-file.ts';
import { openList } from '../../store/lists/open-list.ts';
import { withBeginning } from '../../store/lists/whole-file.ts';
import { probe } from '../../store/probe.ts';
import { safeFileName, type MediaStore } from '../../store/media-store.ts';
import { mimeTypeOf } from '../../store/mime.ts';
import type { ElementRow } from '../../store/tables.ts';
import { OperationFailed, type MadeFile } from './operation.ts';

/** Which attempt of which operation of which run. */
export interface AttemptOf {
  workflow: number;
  position: number;
  /** Number of the worker's turn (`RunOperation.life`): no two workers have the same folder. */
  life: number;
}

/** Files of one attempt of an operation: a folder of its own, and the elements that it makes of what is there. */
export interface AttemptFiles {
  folder: () => Promise<string>;
  take: (made: MadeFile) => Promise<ElementRow>;
  /** Removes the folder, if the attempt came to nothing. */
  remove(): Promise<void>;
}

/** Folder of all runs below the media folder: that of a run has its number. */
export const folderOfRun = (workflow: number): string => `runs/${workflow}`;

/** Opens the files of an attempt. What earlier attempts at the same operation left without a result is removed first. */
export function openAttemptFiles(store: MediaStore, ffprobe: string, of: AttemptOf): AttemptFiles {
  const path = `${folderOfRun(of.workflow)}/${of.position}.${of.life}`;
  const folder = store.at(path);
  let made: Promise<string> | undefined;
  return {
    folder() {
      made ??= makeFolder(store, of, folder);
      return made;
    },
    async take({ file, kind, flavor, tags, told, fileName = basename(file) }) {
      const id = crypto.randomUUID();
      const at = join(folder, ...file.split('/'));
      const list = isList(file) ? await openList(store, `${path}/${file}`) : undefined;
      const hashed = list ? { md5: '', size_bytes: list.sizeBytes } : await hashOf(at);
      // Files of the operation are there for good when its end is written, whatever happens to the power then.
      await syncPath(at);
      await syncFolder(dirname(at));
      await syncFolder(folder);
      const whole = list ? wholePath(file) : file;
      const name = safeFileName(extname(fileName) === '' ? `${fileName}${extname(whole)}` : fileName);
      const mimeType = mimeTypeOf(name);
      const isMedia = kind === 'track' && /^(video|audio)\//.test(mimeType);
      const examine = (of: string) => probe(ffprobe, of);
      const asked = () => (list ? withBeginning(list, at, examine) : examine(at));
      const probed = isMedia ? (told ?? (await asked())) : undefined;
      if (probed && 'problem' in probed) throw new OperationFailed(`what was made cannot be read: ${probed.problem}`);
      return {
        id,
        kind,
        flavor,
        tags: [...tags],
        file_name: name,
        path: `${path}/${file}`,
        mime_type: mimeType,
        size_bytes: hashed.size_bytes,
        md5: hashed.md5,
        start_ms: null,
        duration_ms: probed?.durationMs ?? null,
        streams: probed?.streams ?? null,
        problem: null,
      };
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function makeFolder(store: MediaStore, { workflow, position, life }: AttemptOf, folder: string): Promise<string> {
  await store.checkRoom();
  const ofRun = await store.makeFolder(folderOfRun(workflow));
  for (const name of await readdir(ofRun)) {
    const [, at, turn] = /^(\d+)\.(\d+)$/.exec(name) ?? [];
    if (Number(at) === position && Number(turn) < life) await rm(join(ofRun, name), { recursive: true, force: true });
  }
  await mkdir(folder, { mode: 0o750 });
  return folder;
}

/** Checksum and size of a file. */
export async function hashOf(path: string): Promise<{ md5: string; size_bytes: number }> {
  const hash = createHash('md5');
  let sizeBytes = 0;
  const source = createReadStream(path, { highWaterMark: 1 << 20 });
  source.on('data', (chunk) => (sizeBytes += chunk.length));
  await pipeline(source, hash);
  return { md5: hash.digest('hex'), size_bytes: sizeBytes };
}
