import { constants } from 'node:fs';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFile, syncFolder } from '#lib/runtime/files.ts';
import type { Clock } from '#lib/runtime/clock.ts';
import { openWhereabouts, removeOwn, type Look, type Whereabouts } from './whereabouts.ts';

/** Why a file cannot be written any more. */
export interface WriteFailure {
  kind: 'full' | 'gone' | 'replaced' | 'slow' | 'io' | 'nowhere';
  /** In words, with the system's code. */
  reason: string;
}

export interface FileWriterSettings {
  clock: Clock;
  /** More than this waiting to be written is a disk that is too slow. */
  maxQueuedBytes: number;
  /** A write or an fsync that takes longer than this is one that hangs. */
  maxStallMs: number;
  /** What is written is made to survive a power cut at least this often. */
  syncEveryMs: number;
}

export interface FileWriterEvents {
  /** Offset before which all bytes would survive a power cut. */
  onDurable(bytes: number): void;
  /** Called once. The writer takes no more; `abandon()` ends it. */
  onFailure(failure: WriteFailure): void;
}

/** Appends to a new file, in the background. Nothing here waits, blocks or throws into the caller. */
export interface FileWriter {
  /** Bytes handed in so far. */
  readonly bytes: number;
  readonly path: string | undefined;
  write(data: Buffer): void;
  /** Everything written and synced; undefined, or why not. Never rejects. */
  close(): Promise<WriteFailure | undefined>;
  /**
   * Gives up: cuts the file to `keepBytes` as far as that is still possible, and closes it; before that, `rescue` may
   * read the open file, for instance because its name is gone but the bytes are not. A file of which nothing is kept is removed,
   * if its name still leads to it.
   */
  abandon(keepBytes: number, rescue?: (file: FileHandle) => Promise<void>): Promise<void>;
}

/**
 * `place` finds out where; it runs before the first byte is written, and may reject. Where a file of that name is there by
 * then, it is asked again.
 */
export function openFileWriter(
  place: () => Promise<string>,
  settings: FileWriterSettings,
  events: FileWriterEvents,
): FileWriter {
  return new DiskFileWriter(place, settings, events);
}

const ABANDON_MS = 3000;
/** How often a place is asked for, when there is a file each time. */
const MOST_PLACES = 100;
/** Time for which a name may lead to nothing, or elsewhere, before that is believed: shares say so for some seconds. */
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
  /** Since when the name leads elsewhere. What is written meanwhile does not count as safe. */
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
    // A disk that hangs may never let go of it; if it does, the file is closed then.
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
      // The disk is broken: what is on it stays as it is, and recovery reads what can be read.
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
    // Not from within the caller's own write().
    if (tell) queueMicrotask(() => this.#events.onFailure(failure));
  }

  /** A disk that hangs answers nothing, so somebody else must look at the clock. */
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
      // While the box stood still the disk may have answered, and nobody heard it.
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
      const { file, path } = await create(place);
      [this.#file, this.path] = [file, path];
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

  /** One turn: write what waits, sync and look when it is time. False: closed. */
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
      // What is being written still counts as waiting.
      const { bytesWritten } = await file.write(data, at, bytes - at, this.#written);
      if (bytesWritten === 0) throw Object.assign(new Error('nothing was written'), { code: 'ENOSPC' });
      at += bytesWritten;
      this.#written += bytesWritten;
      if (this.#failure) return;
    }
    this.#queuedBytes -= bytes;
    this.#unsynced = true;
  }

  /** Makes everything so far durable, and sees whether the file still has its name. */
  async #sync(file: FileHandle, path: string): Promise<void> {
    const bytes = this.#written;
    if (this.#unsynced) await syncFile(file, path);
    this.#unsynced = false;
    this.#lastSyncMs = this.#now();
    const found = await this.#whereabouts?.look(bytes);
    if (found && this.#isAway(found.look, found.isCertain)) throw AWAY[found.look === 'other' ? 'other' : 'gone']();
    if (!this.#failure && this.#doubtSinceMs === undefined) this.#events.onDurable(bytes);
  }

  /** Whether the name leads elsewhere for good. A look that fails is no answer, and what the disk confirms counts. */
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

/** Makes the file. One that is there stays as it is, and another place is asked for. */
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

/** Sorts a system error into what it means for a recording. */
export function failureOf(error: unknown): WriteFailure {
  const { code = '', message = String(error) } = error as { code?: string; message?: string };
  const reason = code && !message.includes(code) ? `${code}: ${message}` : message;
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') return { kind: 'full', reason };
  if (code === 'GONE' || code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'gone', reason };
  if (code === 'REPLACED') return { kind: 'replaced', reason };
  if (code === 'NOWHERE') return { kind: 'nowhere', reason };
  return { kind: 'io', reason };
}
