import { stat } from 'node:fs/promises';
import { writeBeside } from '@amphi/lib/runtime/disk/write-beside.ts';
import { isCut, readCut } from '../../store/lists/cut-file.ts';
import { isList, wholePath } from '../../store/lists/list-file.ts';
import { writeWhole } from '../../store/lists/whole-file.ts';
import { isFull, NoRoom, sizeOf, type MediaStore } from '../../store/media-store.ts';
import type { CutFollows, CutMedia } from './cut.ts';
import { OperationFailed } from './operation.ts';

/** Files of elements. Films that are only lists or cuts are written when a program needs them, once for all operations. */
export interface ElementFiles {
  /** Absolute path of the file at a path below the media folder. Rejects with `OperationFailed`. */
  pathOf(path: string, follows: Omit<CutFollows, 'progress'>): Promise<string>;
}

/** Opens the files of elements. `cut` cuts recordings; without it, cuts cannot be written. */
export function openElementFiles(store: MediaStore, cut: CutMedia | undefined): ElementFiles {
  const writing = new Map<string, Promise<string>>();

  async function write(path: string, follows: Omit<CutFollows, 'progress'>): Promise<string> {
    try {
      return await (isList(path) ? writeWhole(store, path, follows.signal) : writeCutFilm(store, cut, path, follows));
    } catch (error) {
      follows.signal.throwIfAborted();
      if (error instanceof OperationFailed || error instanceof NoRoom || isFull(error)) throw error;
      throw new OperationFailed(`${wholePath(path)} cannot be made of its parts: ${(error as Error).message}`);
    }
  }

  return {
    async pathOf(path, follows) {
      if (!isList(path) && !isCut(path)) return store.at(path);
      // Whoever writes it may be stopped: then it is begun anew.
      for (let theirs = writing.get(path); theirs; theirs = writing.get(path)) {
        const written = await theirs.catch(() => undefined);
        follows.signal.throwIfAborted();
        if (written !== undefined) return written;
      }
      const own = write(path, follows).finally(() => writing.delete(path));
      writing.set(path, own);
      return own;
    },
  };
}

async function writeCutFilm(
  store: MediaStore,
  cut: CutMedia | undefined,
  path: string,
  follows: Omit<CutFollows, 'progress'>,
): Promise<string> {
  const final = store.at(wholePath(path));
  if (await stat(final).catch(() => undefined)) return final;
  if (!cut) throw new OperationFailed('this server cuts no recordings');
  const { source, kept, ...is } = await readCut(store.at(path));
  await store.checkRoom(await sizeOf(store.at(source)));
  await writeBeside(final, (temporary) => {
    const wanted = { source: { ...is, path: store.at(source) }, kept, to: temporary };
    return cut(wanted, { ...follows, progress: () => undefined });
  });
  return final;
}
