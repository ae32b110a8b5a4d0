import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { constants, copyFile, link, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { textOfBytes } from '@amphi/lib/runtime/texts/bytes-text.ts';
import { syncFolder, syncPath } from '@amphi/lib/runtime/files.ts';
import { freeBytesOf } from '@amphi/lib/runtime/disk/room.ts';
import { collectYoung } from './collect.ts';

/** What was stored of a file. */
export interface Stored {
  sizeBytes: number;
  md5: string;
}

/** What was received, and where it lies until it is kept or thrown away. */
export interface Received extends Stored {
  temporary: string;
}

/** The media folder, which may be on a NAS: what has its final name is whole, and on the disk. */
export interface MediaStore {
  folder: string;
  /**
   * Writes a stream to its end, under a name that says it is not whole. Throws `NoRoom` when the disk is full, and whatever
   * the stream throws; nothing is left then.
   */
  receive(stream: Readable): Promise<Received>;
  /** Gives what was received its place, below the folder. */
  keep(temporary: string, path: string): Promise<void>;
  /** Throws away what was received and not kept. */
  discard(temporary: string): Promise<void>;
  /** What was received, as a text. */
  readText(temporary: string): Promise<string>;
  /** A name for something that is being fetched and may go on after a break: the same for the same key. */
  partial(key: string): string;
  /** Gives what was fetched under a partial name a name of its own: from now on it is whole. */
  wholeOf(partial: string): Promise<string>;
  /** A copy of a file, received or kept; it costs no room where the disk has links. */
  copyOf(path: string): Promise<string>;
  /** Removes what began to be fetched and was not gone on with since a moment. */
  removeOldPartials(beforeMs: number): Promise<void>;
  /** Throws `NoRoom` where so much does not fit. */
  checkRoom(bytes?: number): Promise<void>;
  remove(path: string): Promise<void>;
  /** An absolute path; throws when it would lead out. */
  at(path: string): string;
}

/** The disk is full, or would be. HTTP has a status for it, and an agent keeps its file and comes again. */
export class NoRoom extends Error {
  readonly statusCode = 507;
}

/** Whether an error says that a disk, or somebody's part of it, is full. */
export const isFull = (error: unknown): boolean =>
  ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException | undefined)?.code ?? '');

const TEMPORARY = '.incoming';
const MOST_TEXT_BYTES = 16 << 20;
const ROOM_EVERY_BYTES = 64 << 20;
const COLLECT_EVERY_BYTES = 8 << 20;

/**
 * Opens the folder. What an earlier life was receiving when it was killed is removed; what it was fetching is kept. `freeBytes` tells the
 * room on its disk.
 */
export async function openMediaStore(
  folder: string,
  minFreeBytes: number,
  freeBytes = (): Promise<number> => freeBytesOf(folder),
): Promise<MediaStore> {
  const incoming = join(folder, TEMPORARY);
  await mkdir(incoming, { recursive: true, mode: 0o750 });
  for (const name of await readdir(incoming)) {
    if (!name.startsWith('fetch-')) await rm(join(incoming, name), { force: true, recursive: true });
  }
  const at = (path: string): string => {
    if (path.split('/').some((part) => part === '' || /^\.+$/.test(part)))
      throw new Error(`no path of the media folder: ${path}`);
    return join(folder, path);
  };
  const checkRoom = async (bytes = 0): Promise<void> => {
    if ((await freeBytes()) - bytes < minFreeBytes) throw new NoRoom('the disk of the server is full');
  };
  return {
    folder,
    at,
    checkRoom,
    async receive(stream) {
      const temporary = join(incoming, crypto.randomUUID());
      try {
        return { ...(await write(stream, temporary, checkRoom)), temporary };
      } catch (error) {
        stream.destroy();
        await rm(temporary, { force: true });
        throw isFull(error) ? new NoRoom('the disk of the server is full') : error;
      }
    },
    async keep(temporary, path) {
      const final = at(path);
      await mkdir(dirname(final), { recursive: true, mode: 0o750 });
      await rename(temporary, final);
      await syncFolder(dirname(final));
      await syncFolder(dirname(dirname(final)));
    },
    discard: (temporary) => rm(temporary, { force: true }),
    async readText(temporary) {
      if ((await sizeOf(temporary)) > MOST_TEXT_BYTES)
        throw Object.assign(new Error('this text is too long'), { statusCode: 413 });
      return textOfBytes(await readFile(temporary));
    },
    partial: (key) => join(incoming, `fetch-${createHash('sha256').update(key).digest('hex').slice(0, 40)}`),
    async wholeOf(partial) {
      const whole = join(incoming, crypto.randomUUID());
      await rename(partial, whole);
      return whole;
    },
    async copyOf(path) {
      const copy = join(incoming, crypto.randomUUID());
      await link(path, copy).catch(async () => {
        await checkRoom(await sizeOf(path));
        await copyFile(path, copy, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
      });
      return copy;
    },
    async removeOldPartials(beforeMs) {
      for (const name of await readdir(incoming)) {
        if (!name.startsWith('fetch-')) continue;
        const known = await stat(join(incoming, name)).catch(() => undefined);
        if (known && known.mtimeMs < beforeMs) await rm(join(incoming, name), { force: true });
      }
    },
    remove: (path) => rm(at(path), { force: true, recursive: true }),
  };
}

/** Into memory at most so much, ahead of the disk. */
const AHEAD_BYTES = 1 << 20;

async function write(stream: Readable, path: string, checkRoom: () => Promise<void>): Promise<Stored> {
  await checkRoom();
  const file = createWriteStream(path, { flags: 'wx', mode: 0o640, highWaterMark: AHEAD_BYTES });
  const written = finished(file);
  written.catch(() => undefined);
  const hash = createHash('md5');
  let sizeBytes = 0;
  let [checkedAt, collectedAt] = [0, 0];
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      if (!file.write(chunk)) await Promise.race([once(file, 'drain'), written]);
      if (sizeBytes - collectedAt >= COLLECT_EVERY_BYTES) {
        collectedAt = sizeBytes;
        collectYoung();
      }
      if (sizeBytes - checkedAt < ROOM_EVERY_BYTES) continue;
      checkedAt = sizeBytes;
      await checkRoom();
    }
    file.end();
    await written;
    await syncPath(path);
  } finally {
    file.destroy();
  }
  return { sizeBytes, md5: hash.digest('hex') };
}

/** A file's name as it was sent, safe for every file system and in URLs; never empty. */
export function safeFileName(name: string): string {
  const bare = basename(name.replaceAll('\\', '/')).normalize('NFC');
  const safe = bare.replaceAll(/[^\p{L}\p{N}._()+-]/gu, '_').replace(/^\.+/, '_');
  const dot = safe.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [safe.slice(0, dot), safe.slice(dot).slice(0, 16)] : [safe, ''];
  return `${stem.slice(0, 80)}${extension}` || 'file';
}

export const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );
