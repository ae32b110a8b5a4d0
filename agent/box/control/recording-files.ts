import { rm } from 'node:fs/promises';
import { freeBytesOf } from '#lib/runtime/disk/room.ts';
import type { Log } from '#lib/runtime/log.ts';
import { FileError, fileError, telling } from '#agent/control/files/file-error.ts';
import type { Entry, MountFiles } from '#agent/control/files/file-tree.ts';
import { openReading } from '#agent/control/files/reading.ts';
import type { Turnstile } from '#lib/runtime/turnstile.ts';
import { RecorderRefusal } from '#agent/recorder/refusal.ts';
import type { Recording } from '#agent/device/recording.ts';
import { isOpen } from '#agent/recorder/catalog/recording.ts';
import { filesOfRecording, type RecordingsAt, type RecordingFileOnDisk } from '../web/recording-source.ts';

/** Options of `recordingFiles`. */
export interface RecordingFilesOptions {
  recorder: Pick<RecordingsAt, 'list' | 'remove'>;
  turnstile: Turnstile;
  /** Folder on the disk whose free space clients see. */
  folder: string;
  log: Log;
}

/**
 * Time in ms after a whole recording was deleted in which deleting its files again is no error. Clients that delete a
 * folder file by file need it.
 */
const GONE_MS = 60_000;
const isMedia = (name: string): boolean => name.endsWith('.mp4');
const refuse = (): Promise<never> => Promise.reject(new FileError('denied'));

/**
 * Shows each recording as a folder, on whichever disk it is, with its files, which may still grow. Files of finished
 * recordings can be deleted; with the last media file the whole recording is deleted. A running recording cannot be
 * deleted.
 */
export function recordingFiles(options: RecordingFilesOptions): MountFiles {
  return new RecordingFiles(options);
}

class RecordingFiles implements MountFiles {
  readonly #options: RecordingFilesOptions;
  /**
   * Ids of recordings that were deleted as a whole, each with the time (monotonic, ms) until which deleting their files
   * again is no error.
   */
  readonly #gone = new Map<string, number>();

  constructor(options: RecordingFilesOptions) {
    this.#options = options;
  }

  async stat(path: string): Promise<Entry> {
    const [base = '', name, ...deeper] = path.split('/');
    if (name === undefined) return folderOf(this.#find(base));
    const entry = deeper.length === 0 && (await this.list(base)).find((one) => one.name === name);
    if (!entry) throw new FileError('missing');
    return entry;
  }

  async list(path: string): Promise<Entry[]> {
    if (path === '') return inOrder(this.#options.recorder.list().map(folderOf));
    const [base = '', ...deeper] = path.split('/');
    const info = this.#find(base);
    if (deeper.length > 0) throw new FileError('not a folder');
    return inOrder((await filesOfRecording(info)).map(entryOf));
  }

  async openRead(path: string) {
    return telling(async () => openReading((await this.#fileAt(path)).path, this.#options.turnstile));
  }

  async remove(path: string): Promise<void> {
    const [base = '', name] = path.split('/');
    if (name === undefined) throw new FileError('is a folder');
    if (this.#isGone(base)) return;
    const file = await this.#fileAt(path);
    const info = this.#find(base);
    if (isOpen(info)) throw new FileError('denied', 'it is being recorded');
    if (info.status === 'finalizing') throw new FileError('busy', 'it is not finished yet');
    const media = (await filesOfRecording(info)).filter((one) => isMedia(one.name));
    if (isMedia(name) && media.length <= 1) return this.#removeAll(info);
    await telling(() => rm(file.path));
    this.#options.log.warn({ recording: info.id, file: name }, 'a file of a recording was deleted');
  }

  async removeFolder(path: string): Promise<void> {
    if (this.#isGone(path)) return;
    const info = this.#find(path);
    if (isOpen(info)) throw new FileError('denied', 'it is being recorded');
    if ((await filesOfRecording(info)).length > 0) throw new FileError('not empty');
    await this.#removeAll(info);
  }

  openWrite = refuse;
  makeFolder = refuse;
  rename = refuse;
  setModified = refuse;

  async freeBytes(): Promise<number> {
    return freeBytesOf(this.#options.folder).catch((error: unknown) => {
      throw fileError(error);
    });
  }

  async #removeAll({ id, base, deliveredAtMs }: Recording): Promise<void> {
    await this.#options.recorder.remove(id).catch((error: unknown) => {
      throw error instanceof RecorderRefusal ? new FileError('denied', error.message) : error;
    });
    this.#gone.set(base, performance.now() + GONE_MS);
    const facts = { recording: id, base };
    if (deliveredAtMs === undefined) this.#options.log.warn(facts, 'a recording that nobody collected was deleted');
    else this.#options.log.info(facts, 'a recording was deleted');
  }

  #isGone(base: string): boolean {
    const now = performance.now();
    for (const [name, until] of this.#gone) if (until < now) this.#gone.delete(name);
    return this.#gone.has(base) && !this.#options.recorder.list().some((one) => one.base === base);
  }

  #find(base: string): Recording {
    const found = this.#options.recorder.list().find((one) => one.base === base);
    if (!found) throw new FileError('missing');
    return found;
  }

  async #fileAt(path: string): Promise<RecordingFileOnDisk> {
    const [base = '', name, ...deeper] = path.split('/');
    const info = this.#find(base);
    if (name === undefined) throw new FileError('is a folder');
    const file = (await filesOfRecording(info)).find((one) => one.name === name);
    if (!file || deeper.length > 0) throw new FileError('missing');
    return file;
  }
}

const inOrder = (entries: Entry[]): Entry[] => entries.toSorted((one, other) => (one.name < other.name ? -1 : 1));

const entryOf = ({ name, size, modifiedMs }: RecordingFileOnDisk): Entry => ({
  name,
  kind: 'file',
  sizeBytes: size,
  modifiedMs,
});

const folderOf = ({ base, startedAtMs, endedAtMs }: Recording): Entry => ({
  name: base,
  kind: 'folder',
  sizeBytes: 0,
  modifiedMs: endedAtMs ?? startedAtMs,
});
