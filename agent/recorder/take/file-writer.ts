import { constants } from 'node:fs';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFile, syncFolder } from '#lib/runtime/files.ts';
import type { Clock } from '#lib/runtime/clock.ts';
import { openWhereabouts, removeOwn, type Look, type Whereabouts } from './whereabouts.ts';

/** Reason why a file cannot be written any more. */
export interface WriteFailure {
  kind: 'full' | 'gone' | 'replaced' | 'slow' | 'io' | 'nowhere';
  /** The reason in words, with the system's code. */
  reason: string;
}

export interface FileWriterSettings {
  clock: Clock;
  /** Bytes that may wait to be written; beyond them the disk counts as too slow. */
  maxQueuedBytes: number;
  /** Longest time in ms of a write or an fsync; beyond it the disk counts as hanging. */
  maxStallMs: number;
  /** Interval in ms in which written bytes are synced to the disk, so that they survive a power cut. */
  syncEveryMs: number;
}

export interface FileWriterEvents {
  /** Called with the offset before which all bytes would survive a power cut. */
  onDurable(bytes: number): void;
  /**
   * Called once, when the file cannot be written any more. The writer ignores further bytes; `abandon()` must be
   * called.
   */
  onFailure(failure: WriteFailure): void;
}

/** Appends to a new file, in the background. No function of it blocks or throws. */
export interface FileWriter {
  /** Bytes that were passed to `write` so far. */
  readonly bytes: number;
  readonly path: string | undefined;
  write(data: Buffer): void;
  /**
   * Writes and syncs everything, and closes the file. Gives undefined, or the failure that prevented it. Never rejects.
   */
  close(): Promise<WriteFailure | undefined>;
  /**
   * Gives up the file: cuts it to `keepBytes` if that is still possible, and closes it. Before that, `rescue` may read
   * the open file: its name may be gone while its bytes are not. If `keepBytes` is 0, the file is removed, provided
   * that its name still leads to it.
   */
  abandon(keepBytes: number, rescue?: (file: FileHandle) => Promise<void>): Promise<void>;
}

/**
 * Opens a writer. `place` gives the path of the new file; it is called before the first byte is written, and may
 * reject. If a file with this name exists, it is called again.
 */
export function openFileWriter(
  place: () => Promise<string>,
  settings: FileWriterSettings,
  events: FileWriterEvents,
): FileWriter {
  return new DiskFileWriter(place, settings, events);
}

/** Longest wait in ms for a disk while a file is given up. */
const ABANDON_MS = 3000;
/** Number of paths that are tried if a file exists at each; then the writer fails. */
const MOST_PLACES = 100;
/**
 * Time in ms for which a name may lead to no file, or to another one, before that is believed: network shares report
 * that for some seconds.
 */
const DOUBT_MS = 5000;
const ignore = (): void => undefined;

class DiskFileWriter implements FileWriter {
  readonly #settings: FileWriterSettings;
  readonly #events: FileWriterEvents;
  #queue: Buffer[] = [];
  #queuedBytes = 0;
  #file: FileHandle | undefined;
  #failure: WriteFailure | undefined;
  #closing = false;
  #wake: (() => void) | undefined;
  #busySinceMs: number | undefined;
  #written = 0;
  #lastSyncMs = 0;
  #unsynced = false;
  #whereabouts: Whereabouts | undefined;
  /**
   * Time since which the name leads to no file or another one. Bytes that are written meanwhile do not count as safe.
   */
  #doubtSinceMs: number | undefined;
  readonly #ended: Promise<void>;
  bytes = 0;
  path: string | undefined;

  constructor(place: () => Promise<string>, settings: FileWriterSettings, events: FileWriterEvents) {
    this.#settings = settings;
    this.#events = events;
    this.#ended = this.#run(place);
    this.#watch();
  }

  write(data: Buffer): void {
    if (this.#failure || this.#closing) return;
    this.bytes += data.length;
    this.#queue.push(data);
    this.#queuedBytes += data.length;
    if (this.#queuedBytes > this.#settings.maxQueuedBytes)
      this.#fail({ kind: 'slow', reason: `${this.#queuedBytes} bytes wait to be written` });
    this.#wake?.();
  }

  async close(): Promise<WriteFailure | undefined> {
    this.#closing = true;
    this.#wake?.();
    await Promise.race([this.#ended, this.#untilFailure()]);
    return this.#failure;
  }

  async abandon(keepBytes: number, rescue?: (file: FileHandle) => Promise<void>): Promise<void> {
    this.#fail({ kind: 'io', reason: 'given up' }, false);
    const { clock, maxStallMs } = this.#settings;
    const late = new Promise<boolean>((resolve) => {
      const cancel = clock.at(this.#now() + Math.min(ABANDON_MS, maxStallMs), () => resolve(true));
      void this.#ended.then(cancel);
    });
    // The wait for the disk has a limit, since one that hangs may never answer; if it does later, the file is closed
    // then.
    const isLate = await Promise.race([this.#ended, late]);
    const over = this.#ended.then(() => this.#cutAndClose(keepBytes, rescue));
    return isLate ? undefined : over;
  }

  async #cutAndClose(keepBytes: number, rescue?: (file: FileHandle) => Promise<void>): Promise<void> {
    const [file, path] = [this.#file, this.path];
    if (!file || path === undefined) return;
    try {
      await file.truncate(Math.min(keepBytes, this.#written));
      await syncFile(file, path);
    } catch {
      // A broken disk: the file stays as it is, and the recovery reads what can be read.
    }
    await rescue?.(file).catch(ignore);
    if (keepBytes === 0) await removeOwn(file, path, rm);
    await file.close().catch(ignore);
  }

  #now(): number {
    return this.#settings.clock.monotonicMs();
  }

  #failed: (() => void)[] = [];
  #untilFailure(): Promise<void> {
    return new Promise((resolve) => (this.#failure ? resolve() : this.#failed.push(resolve)));
  }

  #fail(failure: WriteFailure, tell = true): void {
    if (this.#failure) return;
    this.#failure = failure;
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#wake?.();
    for (const resolve of this.#failed) resolve();
    // Failures are reported later, never while the caller is inside of `write()`.
    if (tell) queueMicrotask(() => this.#events.onFailure(failure));
  }

  /** Checks by the clock whether the disk hangs, since such a disk gives no answer at all. */
  #watch(): void {
    const { clock, maxStallMs } = this.#settings;
    let over = false;
    let dueMs = 0;
    const lookLater = (): void => {
      dueMs = this.#now() + Math.min(1000, maxStallMs / 2);
      clock.at(dueMs, look);
    };
    const look = (): void => {
      if (over || this.#failure) return;
      // Time in which the whole process stood still is not counted: the disk may have answered meanwhile.
      if (this.#busySinceMs !== undefined) this.#busySinceMs += this.#now() - Math.max(dueMs, this.#busySinceMs);
      if (this.#busySinceMs !== undefined && this.#now() - this.#busySinceMs > maxStallMs)
        this.#fail({ kind: 'slow', reason: `the disk has not answered for ${Math.round(maxStallMs / 1000)} s` });
      else lookLater();
    };
    lookLater();
    void this.#ended.then(() => (over = true));
  }

  async #run(place: () => Promise<string>): Promise<void> {
    try {
      this.#busySinceMs = this.#now();
      // A slow disk that answers does not hang: its patience begins anew with each step.
      const { file, path } = await create(() => place().finally(() => (this.#busySinceMs = this.#now())));
      [this.#file, this.path] = [file, path];
      this.#busySinceMs = this.#now();
      await syncFolder(dirname(path));
      this.#whereabouts = openWhereabouts(file, path);
      this.#lastSyncMs = this.#now();
      while (!this.#failure && (await this.#step(file, path)));
    } catch (error) {
      this.#fail(failureOf(error));
    } finally {
      this.#busySinceMs = undefined;
      if (!this.#failure) await this.#file?.close().catch(ignore);
    }
  }

  /**
   * One turn of the writer: writes waiting bytes, and syncs and checks the file's name when it is time. False: the file
   * is complete.
   */
  async #step(file: FileHandle, path: string): Promise<boolean> {
    if (this.#queue.length > 0) await this.#writeQueue(file);
    if (this.#failure) return false;
    const done = this.#closing && this.#queue.length === 0;
    const due = this.#now() - this.#lastSyncMs >= this.#settings.syncEveryMs;
    if (done || due) await this.#sync(file, path);
    if (done && this.#doubtSinceMs === undefined) return false;
    this.#busySinceMs = undefined;
    if (this.#queue.length === 0 && (!this.#closing || done)) await this.#sleep();
    this.#busySinceMs = this.#now();
    return true;
  }

  async #writeQueue(file: FileHandle): Promise<void> {
    const queue = this.#queue;
    const bytes = this.#queuedBytes;
    this.#queue = [];
    const data = queue.length === 1 ? (queue[0] as Buffer) : Buffer.concat(queue, bytes);
    for (let at = 0; at < bytes;) {
      // Bytes that are being written still count as waiting.
      const { bytesWritten } = await file.write(data, at, bytes - at, this.#written);
      if (bytesWritten === 0) throw Object.assign(new Error('nothing was written'), { code: 'ENOSPC' });
      at += bytesWritten;
      this.#written += bytesWritten;
      if (this.#failure) return;
    }
    this.#queuedBytes -= bytes;
    this.#unsynced = true;
  }

  /** Syncs all written bytes to the disk, and checks whether the file still has its name. */
  async #sync(file: FileHandle, path: string): Promise<void> {
    const bytes = this.#written;
    if (this.#unsynced) await syncFile(file, path);
    this.#unsynced = false;
    this.#lastSyncMs = this.#now();
    const found = await this.#whereabouts?.look(bytes);
    if (found && this.#isAway(found.look, found.isCertain)) throw AWAY[found.look === 'other' ? 'other' : 'gone']();
    if (!this.#failure && this.#doubtSinceMs === undefined) this.#events.onDurable(bytes);
  }

  /**
   * Whether the file has lost its name for good. A check that failed says nothing; if the file system is certain, that
   * counts at once.
   */
  #isAway(look: Look, isCertain: boolean): boolean {
    if (look === 'there' || look === 'unknown') {
      this.#doubtSinceMs = undefined;
      return false;
    }
    this.#doubtSinceMs ??= this.#now();
    return isCertain || this.#now() - this.#doubtSinceMs >= DOUBT_MS;
  }

  #sleep(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#settings.clock.at(this.#lastSyncMs + this.#settings.syncEveryMs, () => this.#wake?.());
      this.#wake = () => {
        cancel();
        this.#wake = undefined;
        resolve();
      };
    });
  }
}

const trouble = (text: string, code: string): Error => Object.assign(new Error(text), { code });
const AWAY = {
  gone: () => trouble('the file or its folder was removed', 'GONE'),
  other: () => trouble('another file was put in its place', 'REPLACED'),
};

/** Makes the file. An existing file is not touched: another path is asked for. */
async function create(place: () => Promise<string>): Promise<{ file: FileHandle; path: string }> {
  for (let count = 1; ; count++) {
    const path = await place();
    try {
      const file = await open(path, constants.O_CREAT | constants.O_EXCL | constants.O_RDWR, 0o644);
      return { file, path };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || count >= MOST_PLACES) throw error;
    }
  }
}

/** Converts a system error into a failure by what it means for a recording. */
export function failureOf(error: unknown): WriteFailure {
  const { code = '', message = String(error) } = error as { code?: string; message?: string };
  const reason = code && !message.includes(code) ? `${code}: ${message}` : message;
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') return { kind: 'full', reason };
  if (code === 'GONE' || code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'gone', reason };
  if (code === 'REPLACED') return { kind: 'replaced', reason };
  if (code === 'NOWHERE') return { kind: 'nowhere', reason };
  return { kind: 'io', reason };
}
