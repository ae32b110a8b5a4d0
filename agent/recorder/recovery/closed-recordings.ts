import type { Destination, DestinationSeen } from '../storage/destinations.ts';
import type { Metadata } from '#agent/device/state.ts';
import type { Clock } from '#lib/runtime/clock.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { OnFact } from '../facts.ts';
import type { Finalizer } from '../finish/finalizer.ts';
import type { Jobs } from '../finish/jobs.ts';
import type { Recording } from '#agent/device/recording.ts';
import { filesOf, isOpen, isSettled, toldOf } from '../catalog/recording.ts';
import { scanRecordings, type Place } from './recovery.ts';
import { RecorderRefusal } from '../refusal.ts';
import { removeFiles } from './remove-files.ts';
import type { Storage } from '../storage/storage.ts';

/** A recording that the last run left unfinished. */
export interface RecoveredTake {
  info: Recording;
  /** Whether it was recorded or paused when the box ended, so that it may have to go on. */
  inProgress: boolean;
}

/** Options of `openClosedRecordings`. */
export interface ClosedRecordingsOptions {
  catalog: Catalog;
  storage: Storage;
  finalizer: Finalizer;
  jobs: Jobs;
  clock: Clock;
  log: Log;
  onFact: OnFact;
  /** Called when a recording got its final state, or the last work on one ended. */
  onFinalized(): void;
}

/** The recordings that are not being recorded now: left by the last run, being finished, or finished. */
export interface ClosedRecordings {
  /** Number of recordings whose background work is not done. */
  readonly finalizing: number;
  recover(): Promise<RecoveredTake[]>;
  /** Must be called with the state of the disks: a drive that came after the start brings its recordings. */
  disksAre(seen: readonly DestinationSeen[]): void;
  /** Finishes a closed recording, after `ready`; resolves when it has its final state. */
  finalize(info: Recording, cutShort: boolean, ready?: Promise<void>): Promise<void>;
  /**
   * Opens a closed recording again, so that it can be continued; a final state that is being prepared is dropped.
   * Undefined if no recording has this id.
   */
  reopen(id: string): Recording | undefined;
  remove(id: string): Promise<boolean>;
  markDelivered(id: string): boolean;
  /** Changes the metadata of an ended recording in its manifest; its files keep their names. False if there is none. */
  describe(id: string, change: Partial<Metadata>): boolean;
}

/** Opens the closed recordings. */
export function openClosedRecordings(options: ClosedRecordingsOptions): ClosedRecordings {
  return new ClosedRecordingsOfCatalog(options);
}

const placeOf = (destination: Destination): Place => ({ destination });

class ClosedRecordingsOfCatalog implements ClosedRecordings {
  readonly #options: ClosedRecordingsOptions;
  /** Closings that are under way, by recording. A later closing replaces one, and so does continuing the recording. */
  readonly #ends = new Map<string, object>();
  /** Destinations whose recordings are known; undefined before `recover`. */
  #read: Set<string> | undefined;
  /** Folders that could not be read; they are read again at each look at the disks, since shares fail for some seconds. */
  #unread: Place[] = [];
  finalizing = 0;

  constructor(options: ClosedRecordingsOptions) {
    this.#options = options;
  }

  async recover(): Promise<RecoveredTake[]> {
    const { catalog, storage } = this.#options;
    const readable = this.#readable(await storage.inspect());
    this.#read = new Set(readable.map(({ name }) => name));
    const found = await this.#scan(readable.map(placeOf), readable);
    // Recordings with numbers come first, so that a new number is one that is not used.
    for (const info of found.toSorted((a, b) => b.dbId - a.dbId)) if (!catalog.find(info.id)) catalog.add(info);
    const unfinished = found.filter((info) => catalog.find(info.id) === info && !isSettled(info));
    return unfinished.map((info) => this.#recover(info));
  }

  disksAre(seen: readonly DestinationSeen[]): void {
    const readable = this.#readable(seen);
    const came = readable.filter(({ name }) => this.#read && !this.#read.has(name));
    if (this.#read) this.#read = new Set(readable.map(({ name }) => name));
    const again = this.#unread.filter(({ destination }) => readable.includes(destination));
    this.#unread = this.#unread.filter((place) => !again.includes(place));
    const places = [...came.map(placeOf), ...again];
    if (places.length === 0) return;
    void this.#options.jobs.push('read what came back', async () => {
      for (const info of await this.#scan(places, readable)) this.#takeUp(info);
    });
  }

  async #scan(places: readonly Place[], readable: readonly Destination[]): Promise<Recording[]> {
    const unread: Place[] = [];
    const found = await scanRecordings(places, this.#options.log, readable, unread);
    this.#unread.push(...unread);
    return found;
  }

  async finalize(info: Recording, cutShort: boolean, ready = Promise.resolve()): Promise<void> {
    const end = { cutShort, ready, isLast: () => this.#ends.get(info.id) === end };
    this.#ends.set(info.id, end);
    this.finalizing++;
    await this.#options.finalizer.recording(info, end);
    this.finalizing--;
    if (end.isLast()) this.#ends.delete(info.id);
    this.#options.onFinalized();
  }

  reopen(id: string): Recording | undefined {
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

  describe(id: string, change: Partial<Metadata>): boolean {
    const { catalog } = this.#options;
    const info = catalog.find(id);
    if (!info) return false;
    if (isOpen(info)) throw new RecorderRefusal(`${id} is being recorded`);
    info.metadata = { ...info.metadata, ...change };
    catalog.changed(info);
    return true;
  }

  #readable(seen: readonly DestinationSeen[]): Destination[] {
    const isReadable = (one: DestinationSeen | undefined): boolean =>
      one !== undefined && (one.usable || one.totalBytes > 0);
    return this.#options.storage.destinations.filter((_, index) => isReadable(seen[index]));
  }

  #takeUp(info: Recording): void {
    const { catalog, onFact } = this.#options;
    const known = catalog.find(info.id);
    if (known) return this.#mend(known, info);
    // A number is given anew if it is used already: two boxes may have given the same one.
    if (catalog.list().some(({ dbId }) => dbId === info.dbId)) info.dbId = 0;
    catalog.add(info);
    if (isSettled(info)) onFact({ kind: 'take', take: toldOf(info) });
    else this.#recover(info);
  }

  /** Restores parts that were lost, or could not be finished, and are there again. */
  #mend(known: Recording, found: Recording): void {
    if (isOpen(known)) return;
    const back = filesOf(known).flatMap((part) => {
      const again = filesOf(found).find(({ name, state }) => name === part.name && state !== 'lost');
      const isUndone = part.state === 'lost' || part.state === 'written';
      return isUndone && again ? [Object.assign(part, { folder: again.folder, state: 'writing' })] : [];
    });
    if (back.length === 0) return;
    for (const part of back) this.#options.finalizer.part(known, part, true);
    known.status = 'finalizing';
    void this.finalize(known, known.breaks.length > 0 && found.status === 'partial');
  }

  #recover(info: Recording): RecoveredTake {
    const { catalog, clock, finalizer } = this.#options;
    const inProgress = isOpen(info);
    const cutShort = inProgress || info.status === 'partial';
    if (inProgress)
      for (const stream of [info, info.second]) stream?.breaks.push({ atMs: clock.nowMs(), reason: 'the box stopped' });
    info.status = 'finalizing';
    for (const part of filesOf(info))
      if (part.state === 'writing' || part.state === 'written') finalizer.part(info, part, true);
    void this.finalize(info, cutShort);
    catalog.changed(info);
    return { info: structuredClone(info), inProgress };
  }

  async #delete(info: Recording): Promise<void> {
    const { catalog, log, onFact, storage } = this.#options;
    if (isOpen(info)) throw new RecorderRefusal(`${info.id} is being recorded`);
    await catalog.forget(info.id);
    for (const destination of storage.destinations) {
      const folder = storage.folderOf(destination, info.base);
      if (filesOf(info).some((part) => part.folder === folder)) await removeFiles(info, folder, log);
    }
    for (const { name } of filesOf(info)) onFact({ kind: 'alarm', clear: { name: 'disk_error', about: name } });
    onFact({ kind: 'removed', take: info.id });
  }
}
