import { rm, stat } from 'node:fs/promises';
import type { Clock } from '#lib/runtime/clock.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Catalog } from './catalog.ts';
import type { OnFact } from './facts.ts';
import type { Finalizer } from './finalizer.ts';
import type { Jobs } from './jobs.ts';
import { isOpen, isSettled, type RecordingInfo } from './recording.ts';
import { scanRecordings } from './recovery.ts';
import type { Storage } from './storage.ts';

/** A command that cannot be followed now, and why. */
export class RecorderRefusal extends Error {}

export interface RecoveredTake {
  info: RecordingInfo;
  /** It was being recorded (or paused) when the box went down: perhaps it should go on. */
  inProgress: boolean;
}

export interface ShelfOptions {
  catalog: Catalog;
  storage: Storage;
  finalizer: Finalizer;
  jobs: Jobs;
  clock: Clock;
  log: Log;
  onFact: OnFact;
  /** A recording got its last status, or the last work on one ended. */
  onFinalized(): void;
}

/** The recordings that nobody is recording any more: those left over, at work, finished. */
export interface Shelf {
  /** Recordings whose background work is not done. */
  readonly finalizing: number;
  recover(): Promise<RecoveredTake[]>;
  /** It is closed: brings it to its last status, which it has when this resolves. */
  finalize(info: RecordingInfo, cutShort: boolean): Promise<void>;
  /** It is taken up again: the status it was on its way to does not count. Undefined: there is none of that id. */
  reopen(id: string): RecordingInfo | undefined;
  remove(id: string): Promise<boolean>;
  markDelivered(id: string): boolean;
}

export function openShelf(options: ShelfOptions): Shelf {
  return new ShelfOfCatalog(options);
}

class ShelfOfCatalog implements Shelf {
  readonly #options: ShelfOptions;
  /** Closings on their way, by recording: a later one, or a recording that is taken up again, takes their place. */
  readonly #ends = new Map<string, object>();
  finalizing = 0;

  constructor(options: ShelfOptions) {
    this.#options = options;
  }

  async recover(): Promise<RecoveredTake[]> {
    const { catalog, log, storage } = this.#options;
    const seen = await storage.inspect();
    const readable = storage.destinations.filter((_, index) => (seen[index]?.totalBytes ?? 0) > 0);
    const found = await scanRecordings(readable, log);
    // Numbered ones first, so that a new number is not one that is taken.
    for (const info of found.toSorted((a, b) => b.dbId - a.dbId)) if (!catalog.find(info.id)) catalog.add(info);
    const unfinished = found.filter((info) => catalog.find(info.id) === info && !isSettled(info));
    return unfinished.map((info) => this.#recover(info));
  }

  async finalize(info: RecordingInfo, cutShort: boolean): Promise<void> {
    const end = { cutShort, isLast: () => this.#ends.get(info.id) === end };
    this.#ends.set(info.id, end);
    this.finalizing++;
    await this.#options.finalizer.recording(info, end);
    this.finalizing--;
    if (end.isLast()) this.#ends.delete(info.id);
    this.#options.onFinalized();
  }

  reopen(id: string): RecordingInfo | undefined {
    const info = this.#options.catalog.find(id);
    if (!info) return undefined;
    if (isOpen(info)) throw new RecorderRefusal(`${id} is being recorded`);
    this.#ends.delete(id);
    delete info.endedAtMs;
    delete info.deliveredAtMs;
    info.status = 'setup';
    return info;
  }

  async remove(id: string): Promise<boolean> {
    const { catalog, jobs } = this.#options;
    const info = catalog.find(id);
    if (!info) return false;
    if (isOpen(info)) throw new RecorderRefusal(`${id} is being recorded`);
    const work = (): Promise<void> => this.#delete(info);
    await (info.status === 'finalizing' ? jobs.push(`remove ${id}`, work) : work());
    return true;
  }

  markDelivered(id: string): boolean {
    const { catalog, clock } = this.#options;
    const info = catalog.find(id);
    if (!info || isOpen(info)) return false;
    info.deliveredAtMs ??= clock.nowMs();
    catalog.changed(info);
    return true;
  }

  #recover(info: RecordingInfo): RecoveredTake {
    const { catalog, clock, finalizer } = this.#options;
    const inProgress = isOpen(info);
    const cutShort = inProgress || info.status === 'partial';
    if (inProgress) info.breaks.push({ atMs: clock.nowMs(), reason: 'the box stopped' });
    info.status = 'finalizing';
    for (const part of info.parts)
      if (part.state === 'writing' || part.state === 'written') finalizer.part(info, part, true);
    void this.finalize(info, cutShort);
    catalog.changed(info);
    return { info: structuredClone(info), inProgress };
  }

  async #delete(info: RecordingInfo): Promise<void> {
    const { catalog, onFact, storage } = this.#options;
    if (isOpen(info)) throw new RecorderRefusal(`${info.id} is being recorded`);
    await catalog.forget(info.id);
    for (const destination of storage.destinations) {
      const folder = storage.folderOf(destination, info.base);
      const ours = info.parts.some((part) => part.folder === folder);
      if (ours && (await stat(folder).catch(() => undefined)))
        await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    }
    for (const { name } of info.parts) onFact({ kind: 'alarm', clear: { name: 'disk_error', about: name } });
    onFact({ kind: 'removed', take: info.id });
  }
}
