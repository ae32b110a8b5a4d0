import { constants } from 'node:fs';
import { lstat, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { copyContent } from '#lib/runtime/disk/copy-file.ts';
import { replaceFile } from '#lib/runtime/disk/replace-file.ts';
import { freeBytesOf } from '#lib/runtime/disk/room.ts';
import { syncFile, syncFolder } from '#lib/runtime/files.ts';
import { FileError, fileError, telling } from './file-error.ts';
import type { HowToWrite, Writing } from './file-tree.ts';
import { partialOf, partialSizeBytes } from './partial.ts';
import type { Turnstile } from '#lib/runtime/turnstile.ts';

/** Limits of storing. */
export interface UploadLimits {
  mode: number;
  minFreeBytes: number;
  maxFileBytes: number;
  turnstile: Turnstile;
  /** The files that are being stored, by the paths of their unfinished transfers. */
  active: Set<string>;
  /** Removes old unfinished transfers, so that their space can be used. */
  makeRoom(): Promise<void>;
  stored(): Promise<void>;
}

const { O_RDWR, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
/** Bytes written after which the free space is checked again. */
const LOOK_EVERY_BYTES = 64 << 20;

/**
 * Opens a file for storing at the real path `path`. It is written beside that path, and gets its name when it is
 * complete. Rejects with a FileError if it may not be stored.
 */
export async function openUpload(path: string, how: HowToWrite, limits: UploadLimits): Promise<Writing> {
  const partial = partialOf(path);
  const { active, turnstile } = limits;
  if (active.has(partial)) throw new FileError('busy');
  active.add(partial);
  let file: FileHandle | undefined;
  try {
    const there = await lstat(path).catch(() => undefined);
    if (there?.isDirectory()) throw new FileError('is a folder');
    if (there && how.exclusive) throw new FileError('exists');
    const goesOn = how.keep === true && there === undefined;
    if (how.keep && there?.isFile()) await turnstile.inTurn(() => copyContent(path, partial));
    file = await open(partial, O_RDWR | O_CREAT | O_NOFOLLOW | (how.keep ? 0 : O_TRUNC), limits.mode);
    const facts = await file.stat();
    if (!facts.isFile()) throw new FileError('denied');
    const known = goesOn ? partialSizeBytes(facts.size) : facts.size;
    const startBytes = how.keep === true && how.at === 'end' ? known : how.keep ? Number(how.at ?? 0) : 0;
    if (startBytes > facts.size) throw new FileError('bad name', 'there is less than that to go on with');
    const upload = new Upload(file, path, limits, { startBytes, sizeBytes: facts.size, goesOn });
    await upload.look();
    if (how.at !== undefined) await upload.truncate(startBytes);
    return upload;
  } catch (error) {
    active.delete(partial);
    await file?.close();
    throw error;
  }
}

class Upload implements Writing {
  readonly startBytes: number;
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #limits: UploadLimits;
  readonly #goesOn: boolean;
  #sizeBytes: number;
  /** End of the last write; undefined before the first. */
  #reachedBytes: number | undefined;
  #sinceLookBytes = 0;
  #modifiedMs: number | undefined;
  #isClosed = false;

  constructor(
    file: FileHandle,
    path: string,
    limits: UploadLimits,
    { startBytes, sizeBytes, goesOn }: { startBytes: number; sizeBytes: number; goesOn: boolean },
  ) {
    this.#file = file;
    this.#path = path;
    this.#limits = limits;
    this.startBytes = startBytes;
    this.#sizeBytes = sizeBytes;
    this.#goesOn = goesOn && sizeBytes > 0;
  }

  sizeBytes = (): number => this.#sizeBytes;
  setModified = (ms: number): void => void (this.#modifiedMs = ms);

  async write(offset: number, bytes: Buffer): Promise<void> {
    if (!Number.isSafeInteger(offset) || offset + bytes.length > this.#limits.maxFileBytes) throw new FileError('full');
    this.#sinceLookBytes += bytes.length;
    if (this.#sinceLookBytes >= LOOK_EVERY_BYTES) await this.look();
    for (let at = 0; at < bytes.length;) {
      const { bytesWritten } = await telling(() =>
        this.#limits.turnstile.inTurn(() => this.#file.write(bytes, at, bytes.length - at, offset + at)),
      );
      at += bytesWritten;
    }
    this.#reachedBytes = Math.max(this.#reachedBytes ?? 0, offset + bytes.length);
    this.#sizeBytes = Math.max(this.#sizeBytes, offset + bytes.length);
  }

  async truncate(sizeBytes: number): Promise<void> {
    if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0 || sizeBytes > this.#limits.maxFileBytes) {
      throw new FileError('full');
    }
    await telling(() => this.#limits.turnstile.inTurn(() => this.#file.truncate(sizeBytes)));
    this.#sizeBytes = sizeBytes;
    this.#reachedBytes = Math.min(this.#reachedBytes ?? sizeBytes, sizeBytes);
  }

  async commit(): Promise<void> {
    if (this.#isClosed) return;
    // A transfer that wrote nothing leaves the unfinished transfer as it was.
    if (this.#goesOn && this.#reachedBytes === undefined) return this.abandon();
    try {
      // Bytes of an earlier transfer beyond the end of this one do not belong to the file.
      if (this.#goesOn) await this.#file.truncate(this.#reachedBytes);
      await this.#setTimes();
      await this.#limits.turnstile.inTurn(() => syncFile(this.#file, this.#path));
      await replaceFile(partialOf(this.#path), this.#path);
      await syncFolder(dirname(this.#path));
    } catch (error) {
      await this.abandon();
      throw fileError(error);
    }
    await this.#close();
    await telling(() => this.#limits.stored());
  }

  /** Sets the file's time; a file system that cannot do that (FAT, some shares) keeps the time of its arrival. */
  async #setTimes(): Promise<void> {
    if (this.#modifiedMs === undefined) return;
    await this.#file.utimes(this.#modifiedMs / 1000, this.#modifiedMs / 1000).catch(() => undefined);
  }

  async abandon(): Promise<void> {
    await this.#close();
  }

  async look(): Promise<void> {
    this.#sinceLookBytes = 0;
    if (await this.#hasRoom()) return;
    await this.#limits.makeRoom();
    if (!(await this.#hasRoom())) throw new FileError('full');
  }

  async #hasRoom(): Promise<boolean> {
    return (await freeBytesOf(dirname(this.#path))) >= this.#limits.minFreeBytes;
  }

  async #close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#limits.active.delete(partialOf(this.#path));
    await this.#file.close().catch(() => undefined);
  }
}
