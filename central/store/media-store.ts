import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { link, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { textOfBytes } from '@amphi/lib/runtime/texts/bytes-text.ts';
import { copyContent } from '@amphi/lib/runtime/disk/copy-file.ts';
import { makeBelow } from '@amphi/lib/runtime/disk/make-below.ts';
import { syncFolder, syncPath } from '@amphi/lib/runtime/files.ts';
import { freeBytesOf } from '@amphi/lib/runtime/disk/room.ts';
import { collectYoung } from './collect.ts';
import type { Database } from './connect.ts';
import { makeWritableFolder } from './data-folder.ts';

/** Size and checksum of a stored file. */
export interface Stored {
  sizeBytes: number;
  md5: string;
}

/** A file that was received, and its temporary place until it is kept or discarded. */
export interface Received extends Stored {
  temporary: string;
}

/** The media folder, which may be on a NAS. A file with its final name is complete and written to the disk. */
export interface MediaStore {
  folder: string;
  /**
   * Writes a stream to its end, under a temporary name. Throws `NoRoom` when the disk is full, and any error of the
   * stream; then nothing is left of it.
   */
  receive(stream: Readable): Promise<Received>;
  /** Moves a received file to its final path below the folder. */
  keep(temporary: string, path: string): Promise<void>;
  /** Removes a received file that was not kept. */
  discard(temporary: string): Promise<void>;
  /** Text of a received file. Throws an error with status 413 for one that is too long to be read as a whole. */
  readText(temporary: string): Promise<string>;
  /** Path of a file that is being fetched, the same for the same key: fetching can go on after a break. */
  partial(key: string): string;
  /** Gives a fetched file a temporary name of its own, as for received files: it is complete now. */
  wholeOf(partial: string): Promise<string>;
  /** Copies a file, received or kept; a hard link is made where the disk allows it, which takes no space. */
  copyOf(path: string): Promise<string>;
  /** Removes files that were partly fetched and not gone on with since a moment. */
  removeOldPartials(beforeMs: number): Promise<void>;
  /** Throws `NoRoom` if so many bytes do not fit, or the folder is away (a share that is not mounted). */
  checkRoom(bytes?: number): Promise<void>;
  /**
   * Makes the folder of a path below the media folder, with those above it, and gives its absolute path. Throws `NoRoom` while
   * the media folder is away: nothing is ever made in the empty folder that a share leaves.
   */
  makeFolder(path: string): Promise<string>;
  remove(path: string): Promise<void>;
  /** Absolute path of a path below the folder. Throws if it would lead out of the folder. */
  at(path: string): string;
}

/**
 * Disk that is full, or would be with this file, or is away. HTTP answers 507; an agent then keeps its file and tries again later.
 */
export class NoRoom extends Error {
  readonly statusCode = 507;
}

/** Whether an error says that a disk is full, or the quota of a user. */
export const isFull = (error: unknown): boolean =>
  ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException | undefined)?.code ?? '');

const TEMPORARY = '.incoming';
/** Bytes of a received file that is read as a text; a longer one is refused with 413. */
const MOST_TEXT_BYTES = 16 << 20;
/** Bytes of a file after which the free space of the disk is checked again. */
const ROOM_EVERY_BYTES = 64 << 20;
/** Bytes of a file after which the buffers of its stream are freed. */
const COLLECT_EVERY_BYTES = 8 << 20;

/**
 * Opens the media folder. Files that were being received when the server was killed are removed; those that were being
 * fetched are kept. `freeBytes` gives the free space of a disk; `tidies` is false for a process that receives nothing: then
 * nothing is removed. `hasFiles` says whether files are known to lie in the folder: one that is empty then is not the media
 * folder but the place of a share that is not mounted, and `NoRoom` is thrown.
 */
export async function openMediaStore(
  folder: string,
  minFreeBytes: number,
  {
    freeBytes = () => freeBytesOf(folder),
    tidies = true,
    hasFiles = async () => false,
  }: { freeBytes?: () => Promise<number>; tidies?: boolean; hasFiles?: () => Promise<boolean> } = {},
): Promise<MediaStore> {
  const incoming = join(folder, TEMPORARY);
  if ((await readdir(folder).catch(() => [])).length === 0 && (await hasFiles()))
    throw new NoRoom(
      `the media folder is away: ${folder} is empty, although films lie in it; is the disk or share mounted?`,
    );
  await mkdir(incoming, { recursive: true, mode: 0o750 });
  for (const name of tidies ? await readdir(incoming) : []) {
    if (!name.startsWith('fetch-')) await rm(join(incoming, name), { force: true, recursive: true });
  }
  const at = (path: string): string => {
    if (path.split('/').some((part) => part === '' || /^\.+$/.test(part)))
      throw new Error(`no path of the media folder: ${path}`);
    return join(folder, path);
  };
  const away = (): NoRoom => new NoRoom(`the media folder is away: ${folder} has no ${TEMPORARY}`);
  const makeFolder = async (path: string): Promise<string> => {
    const absolute = at(path);
    await makeBelow(incoming, `../${path}`, 0o750).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'ENOENT' ? away() : error;
    });
    return absolute;
  };
  const checkRoom = async (bytes = 0): Promise<void> => {
    // A share that is away leaves an empty folder: what is written there would be hidden when the share comes back.
    const isThere = await stat(incoming).then(
      () => true,
      () => false,
    );
    if (!isThere) throw away();
    if ((await freeBytes()) - bytes < minFreeBytes) throw new NoRoom('the disk of the server is full');
  };
  return {
    folder,
    at,
    checkRoom,
    makeFolder,
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
      const final = join(await makeFolder(dirname(path)), basename(path));
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
        await copyContent(path, copy, { isNew: true });
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

/** The media folder that the configuration names. */
export interface MediaFolder {
  folder: string;
  minFreeBytes: number;
  /** Whether what was being received when the server was killed is removed: by one of the processes that share the folder. */
  tidies: boolean;
}

/**
 * Makes the media folder and opens it. Throws an error in words for an installer where it cannot be written, and where it is
 * empty although the database names files in it: then a share is not mounted.
 */
export async function openMediaFolder(database: Database, media: MediaFolder): Promise<MediaStore> {
  const { folder, minFreeBytes, tidies } = media;
  await makeWritableFolder(folder, '--media');
  const hasFiles = async (): Promise<boolean> =>
    (await database.selectFrom('files').select('id').limit(1).executeTakeFirst()) !== undefined;
  return openMediaStore(folder, minFreeBytes, { tidies, hasFiles });
}

/** Bytes of a stream that wait in memory for the disk; beyond this the sender must wait. */
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

/** The file name that was sent, changed so that it is safe for every file system and in URLs; never empty. */
export function safeFileName(name: string): string {
  const bare = basename(name.replaceAll('\\', '/')).normalize('NFC');
  const safe = bare.replaceAll(/[^\p{L}\p{N}._()+-]/gu, '_').replace(/^\.+/, '_');
  const dot = safe.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [safe.slice(0, dot), safe.slice(dot).slice(0, 16)] : [safe, ''];
  return `${stem.slice(0, 80)}${extension}` || 'file';
}

/** Size of a file in bytes. Throws if there is none. */
export const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );
