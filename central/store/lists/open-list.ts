import { firstWhere } from '@amphi/lib/runtime/lists/bisect.ts';
import { stat } from 'node:fs/promises';
import { openFiles } from '@amphi/lib/runtime/disk/open-files.ts';
import type { MediaStore } from '../media-store.ts';
import { readList, type StoredList } from './list-file.ts';

/** A film that is a list, open for reading. */
export interface OpenList extends Pick<StoredList, 'headBytes' | 'sizeBytes' | 'renditions' | 'sounds'> {
  /** Bytes of the film from `from` up to, but not with, `to`. Rejects if a file is not there or is too short. */
  read(from: number, to: number): AsyncGenerator<Buffer, void>;
  /** Rejects with the reason if a file that it names is not there, or has fewer bytes than it says. */
  check(): Promise<void>;
}

/** Bytes that are read at a time. */
const PART_BYTES = 256 * 1024;
/** Files that one reader has open at the same time: pictures come from one, sound from another. */
const MOST_OPEN = 4;

/** Opens a list of the media folder. Rejects if it is not there. */
export async function openList(store: Pick<MediaStore, 'at'>, path: string): Promise<OpenList> {
  const list = await readList(store.at(path));
  const places = placesOf(path, list);
  const { headBytes, sizeBytes, renditions, sounds } = list;
  return {
    headBytes,
    sizeBytes,
    renditions,
    sounds,
    read: (from, to) => readParts(store, places, from, Math.min(to, sizeBytes)),
    check: () => checkFiles(store, list),
  };
}

/** All spans with their places in the film: a film of two hours has thousands, and many are open at the same time. */
interface Places {
  files: readonly string[];
  /** Number of the file of each span, and where the span begins in it. */
  file: Uint32Array;
  at: Float64Array;
  /** Where each span begins in the film, and after the last one the length of the film. */
  from: Float64Array;
}

function placesOf(own: string, { headAt, headBytes, spans }: StoredList): Places {
  const all = [{ path: own, at: headAt, bytes: headBytes }, ...spans];
  const files = [...new Set(all.map(({ path }) => path))];
  const numbers = new Map(files.map((path, n) => [path, n]));
  const from = new Float64Array(all.length + 1);
  for (const [n, { bytes }] of all.entries()) from[n + 1] = from[n]! + bytes;
  return {
    files,
    file: Uint32Array.from(all, ({ path }) => numbers.get(path)!),
    at: Float64Array.from(all, ({ at }) => at),
    from,
  };
}

async function* readParts(
  store: Pick<MediaStore, 'at'>,
  { files, file, at: begins, from: places }: Places,
  from: number,
  to: number,
): AsyncGenerator<Buffer, void> {
  const parts = openFiles((path) => store.at(path), MOST_OPEN);
  try {
    for (let n = placeAt(places, from), at = from; at < to; n++) {
      const path = files[file[n]!]!;
      const end = Math.min(places[n + 1]!, to);
      const handle = await parts.open(path);
      while (at < end) {
        const buffer = Buffer.allocUnsafe(Math.min(PART_BYTES, end - at));
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, begins[n]! + (at - places[n]!));
        if (bytesRead === 0) throw new Error(`${path} is shorter than a list says`);
        at += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    }
  } finally {
    await parts.close();
  }
}

/** Number of the span in which a byte of the film is. */
const placeAt = (places: Float64Array, byte: number): number =>
  firstWhere(places.length - 2, (n) => places[n + 1]! > byte);

async function checkFiles(store: Pick<MediaStore, 'at'>, { spans }: StoredList): Promise<void> {
  const needed = new Map<string, number>();
  for (const { path, at, bytes } of spans) needed.set(path, Math.max(needed.get(path) ?? 0, at + bytes));
  for (const [path, bytes] of needed) {
    const found = await stat(store.at(path)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (!found) throw new Error(`${path} is gone`);
    if (found.size < bytes) throw new Error(`${path} has ${found.size} bytes, and should have ${bytes}`);
  }
}
