import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { GrowthWatch } from '#agent/device/recording.ts';
import type { AlarmName } from '#agent/device/state.ts';
import { TICKS_PER_SECOND } from '#lib/media/packet.ts';
import type { Clock } from '#lib/runtime/clock.ts';
import { openInTurn } from '#lib/runtime/in-turn.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { OnFact } from '../facts.ts';
import { fileName, nthName } from '../catalog/file-name.ts';
import type { WriteFailure } from './file-writer.ts';
import { rescueFile } from './rescue.ts';
import { isThere } from './whereabouts.ts';
import type { Part } from './part.ts';
import type { Chapter, Recording, RecordingPart } from '#agent/device/recording.ts';
import type { PartFile } from './run.ts';
import type { PlacedTracks, TakeTracks } from './take-tracks.ts';
import type { Storage } from '../storage/storage.ts';

/** The functions of the catalog that the files of a take use. */
export type PartsCatalog = Pick<Catalog, 'hasBase' | 'changed' | 'writeInto'>;

/** Options of `openTakeParts`. */
export interface TakePartsOptions {
  clock: Clock;
  log: Log;
  catalog: PartsCatalog;
  storage: Storage;
  pattern: string;
  /** 2: the files are of channel B alone. */
  stream?: 2;
  /**
   * The files of the first stream, if these are of channel B: the first stream gives the take its name and its folder.
   */
  beside?: Pick<TakeParts, 'named'>;
  onFact: OnFact;
  growth?: GrowthWatch;
  /** Called when a part is closed and can be finished; with `repair`, its end must be examined first. */
  onClosed(part: RecordingPart, repair: boolean): void;
}

/** A part that was written since the take began or was continued, with its place in its run. */
interface PartRecord {
  info: RecordingPart;
  run: number;
  startTicks: number;
  /** End of the part in ticks; infinite while it is written. */
  endTicks: number;
  /** Whether the part has ended or was given up, perhaps before it had a path. */
  over: boolean;
  /** Whether bytes of the part are safe on its disk. */
  proven: boolean;
  /** Whether only a piece of the part was saved, which may end in the middle of a fragment. */
  torn: boolean;
}

interface LiveChapter extends Omit<Chapter, 'part' | 'offsetMs'> {
  run: number;
  /** Time in the run, in ticks. */
  ticks: number;
}

/** The files of a take: gives them numbers, names, places and chapters, and keeps how each one ended. */
export interface TakeParts {
  /** Destination for the next part, if it is usable. */
  preferred: string | undefined;
  /** What is known of the take besides its frames. */
  tracks: Pick<TakeTracks, 'placed'> | undefined;
  /** Resolves when the name of the take's folder is known. */
  readonly named: Promise<void>;
  newFile(run: number): PartFile;
  addChapter(chapter: LiveChapter): void;
  /** Must be called when the tracks may have changed: then they are written into the manifest. Gives whether they are. */
  tracksChanged(): boolean;
}

/** Opens the parts of a take. */
export function openTakeParts(info: Recording, options: TakePartsOptions): TakeParts {
  return new NumberedTakeParts(info, options);
}

/**
 * Time in ms for which a file of channel B waits for the first stream's name; then it is tried again, as if no disk
 * were usable.
 */
const NAME_PATIENCE_MS = 5000;

const msOf = (ticks: number): number => Math.max(0, Math.round((ticks * 1000) / TICKS_PER_SECOND));

class NumberedTakeParts implements TakeParts {
  readonly #info: Recording;
  readonly #options: TakePartsOptions;
  readonly #records: PartRecord[] = [];
  readonly #live: LiveChapter[] = [];
  /** Chapters of earlier sessions of this take. */
  readonly #earlier: Chapter[];
  /** The tracks as they stand in the facts of the recording; undefined: they were never placed. */
  #placed: PlacedTracks | undefined;
  readonly #ownFolders: Set<string>;
  /** Paths are given one after the other, since each file must have a number that no other has. */
  readonly #placings = openInTurn();
  readonly #named = Promise.withResolvers<void>();
  readonly named = this.#named.promise;
  preferred: string | undefined;
  tracks: Pick<TakeTracks, 'placed'> | undefined;

  constructor(info: Recording, options: TakePartsOptions) {
    this.#info = info;
    this.#options = options;
    this.#earlier = [...info.chapters];
    this.#ownFolders = new Set(info.parts.map(({ folder }) => folder));
    if (info.parts.length > 0) this.#named.resolve();
  }

  newFile(run: number): PartFile {
    const { catalog, log, storage, stream } = this.#options;
    const part: RecordingPart = {
      ...(stream ? { stream } : {}),
      number: 0,
      destination: '',
      folder: '',
      name: '',
      state: 'writing',
      createdAtMs: this.#options.clock.nowMs(),
      durationMs: 0,
      pictures: 0,
      bytes: 0,
    };
    const endTicks = Number.POSITIVE_INFINITY;
    const record: PartRecord = { info: part, run, startTicks: 0, endTicks, over: false, proven: false, torn: false };
    return {
      place: () => this.#placings.run(() => this.#place(record)),
      progress: (open) => this.#progress(record, open),
      durable: (bytes) => this.#onDurable(record, bytes),
      done: (open) => {
        this.#progress(record, open);
        this.#end(record, open.endTicks, 'written');
      },
      broken: (at, failure) => {
        record.over = true;
        if (failure?.kind === 'nowhere') return;
        log.warn({ file: part.name, failure, keepBytes: at.keepBytes }, 'part ends early');
        if (failure) this.#alarm(part, failure);
        const isNameless = failure?.kind === 'gone' || failure?.kind === 'replaced';
        if (failure && !isNameless && part.destination) storage.avoid(part.destination);
        Object.assign(part, { bytes: at.keepBytes, pictures: at.pictures });
        this.#end(record, at.endTicks, isNameless ? 'lost' : 'written');
        if (failure?.kind === 'replaced') this.#isForeign(part.name);
        if (isNameless) void this.#lookForLost();
      },
      rescue: (file) => this.#rescue(record, file),
      closed: () => {
        if (!part.name) return;
        if (part.pictures > 0 && part.state === 'written') this.#options.onClosed(part, record.torn);
        catalog.changed(this.#info);
      },
    };
  }

  addChapter(chapter: LiveChapter): void {
    this.#live.push(chapter);
    this.#placeChapters();
    this.#options.catalog.changed(this.#info);
  }

  tracksChanged(): boolean {
    const isOther = this.#placeTracks();
    if (isOther) this.#options.catalog.changed(this.#info);
    return isOther;
  }

  async #place(record: PartRecord): Promise<string> {
    const { storage, catalog, beside } = this.#options;
    if (beside) await this.#nameOfFirst(beside);
    const destination = await storage.choose(this.preferred);
    record.info.destination = destination.name;
    if (beside) await storage.makeFolder(destination, this.#info.base);
    else
      await this.#claimFolder(async (base) => {
        const folder = storage.folderOf(destination, base);
        return (await storage.makeFolder(destination, base)) || this.#ownFolders.has(folder);
      });
    this.#named.resolve();
    const folder = storage.folderOf(destination, this.#info.base);
    this.#ownFolders.add(folder);
    const { info } = record;
    if (record.over) throw new Error('was given up before it had a place');
    await this.#freeName(info, folder);
    if (!this.#records.includes(record)) {
      this.#info.parts.push(info);
      this.#records.push(record);
      // The first picture may have come while its place was looked for.
      this.#placeTracks();
    }
    await catalog.writeInto(folder, this.#info);
    const path = join(folder, info.name);
    this.#options.log.info({ file: path }, 'part begins');
    return path;
  }

  /**
   * Waits until the first stream has named the folder. Throws with code `NOWHERE` after NAME_PATIENCE_MS, so that it is
   * tried again.
   */
  async #nameOfFirst(beside: Pick<TakeParts, 'named'>): Promise<void> {
    const { clock } = this.#options;
    const { promise: late, reject } = Promise.withResolvers<void>();
    const error = Object.assign(new Error('the first file of the recording has no place yet'), { code: 'NOWHERE' });
    const cancel = clock.at(clock.monotonicMs() + NAME_PATIENCE_MS, () => reject(error));
    await Promise.race([beside.named, late]).finally(cancel);
  }

  /** Gives the part the next number whose file does not exist; called again if such a file appears meanwhile. */
  async #freeName(part: RecordingPart, folder: string): Promise<void> {
    const others = this.#info.parts.filter((one) => one !== part).map(({ number }) => number);
    part.number = Math.max(part.number, ...others) + 1;
    while (await isThere(join(folder, this.#nameOf(part.number)))) part.number++;
    Object.assign(part, { folder, name: this.#nameOf(part.number) });
  }

  /**
   * Makes the folder of the take. If another recording's folder has this name, the take gets another name, unless it
   * has files already.
   */
  async #claimFolder(make: (base: string) => Promise<boolean>): Promise<void> {
    const base = this.#info.base;
    const named = this.#info.parts.length > 0;
    for (let count = 1; ; count++) {
      const candidate = nthName(base, count);
      if (count > 1 && this.#options.catalog.hasBase(candidate)) continue;
      this.#info.base = candidate;
      if ((await make(candidate)) || named) return;
    }
  }

  #nameOf(number: number): string {
    return fileName(this.#info.base, number, { pattern: this.#options.pattern }, this.#options.stream);
  }

  #progress(record: PartRecord, open: Part): void {
    const isFirst = record.info.pictures === 0 && open.pictures > 0;
    record.startTicks = open.startTicks;
    record.info.durationMs = msOf(open.endTicks - open.startTicks);
    record.info.pictures = open.pictures;
    record.info.bytes = open.bytes;
    if (isFirst) this.tracksChanged();
  }

  #end(record: PartRecord, endTicks: number, state: 'written' | 'lost'): void {
    const { info } = record;
    record.endTicks = endTicks;
    record.over = true;
    info.durationMs = msOf(endTicks - record.startTicks);
    info.state = state;
    if (info.pictures === 0) this.#info.parts = this.#info.parts.filter((part) => part !== info);
    this.#placeChapters();
    this.#placeTracks();
    this.#options.catalog.changed(this.#info);
  }

  #placeChapters(): void {
    const placed = this.#live.flatMap(({ run, ticks, title, kind }): Chapter[] => {
      const record = this.#records.find(
        (part) => part.run === run && ticks >= part.startTicks && ticks < part.endTicks,
      );
      if (!record) return [];
      return [{ part: record.info.number, offsetMs: msOf(ticks - record.startTicks), title, kind }];
    });
    this.#info.chapters = [...this.#earlier, ...placed];
  }

  /** Puts the tracks into the facts of the recording; false if they are as they were. */
  #placeTracks(): boolean {
    if (!this.tracks) return false;
    const parts = this.#records
      .filter(({ info }) => info.pictures > 0)
      .map(({ info, run, startTicks, endTicks }) => ({ number: info.number, run, startTicks, endTicks }))
      .toSorted((a, b) => a.run - b.run || a.startTicks - b.startTicks);
    const placed = this.tracks.placed(parts);
    if (isDeepStrictEqual(placed, this.#placed)) return false;
    this.#placed = placed;
    const { layouts, slides } = placed;
    if (layouts) this.#info.layouts = layouts;
    if (slides) this.#info.slides = slides;
    else delete this.#info.slides;
    return true;
  }

  #alarm({ destination }: RecordingPart, failure: WriteFailure): void {
    const name: AlarmName = failure.kind === 'full' ? 'disk_space' : 'disk_error';
    const about = destination || 'recorder';
    const sinceMs = this.#options.clock.nowMs();
    this.#options.onFact({ kind: 'alarm', raise: { name, about, level: 'critical', text: failure.reason, sinceMs } });
  }

  /**
   * Tells that a part has grown; when its first bytes are safe on the disk, that is known to work, and its alarm ends.
   */
  #onDurable(record: PartRecord, bytes: number): void {
    this.#options.growth?.durable(this.#info.id, record.info, bytes);
    if (record.proven) return;
    record.proven = true;
    this.#options.onFact({ kind: 'alarm', clear: { name: 'disk_error', about: record.info.destination } });
  }

  /**
   * Marks closed parts as lost whose files are gone, as when the folder was removed. A check that fails says nothing.
   */
  async #lookForLost(): Promise<void> {
    for (const part of this.#info.parts)
      if (part.state !== 'writing' && (await isThere(join(part.folder, part.name))) === false) part.state = 'lost';
    this.#options.catalog.changed(this.#info);
  }

  /**
   * Copies an open file that has lost its name, if possible to where the take continues. If another file has the name
   * now, it is not touched, and the copy gets the next free name.
   */
  async #rescue(record: PartRecord, file: FileHandle): Promise<void> {
    const { storage, catalog, log, clock } = this.#options;
    const { info: part } = record;
    if (part.pictures === 0) return;
    const nameAt = (count: number): string => (count === 0 ? part.name : this.#nameOf(this.#lastNumber() + count));
    const place = async (): Promise<{ folder: string; destination: string }> => {
      const destination = await storage.choose(this.preferred);
      const folder = storage.folderOf(destination, this.#info.base);
      await catalog.writeInto(folder, this.#info);
      return { folder, destination: destination.name };
    };
    const saved = await this.#placings.run(() => rescueFile({ file, bytes: part.bytes, place, nameAt, clock, log }));
    if (!saved) return;
    const { bytes, isWhole, ...where } = saved;
    if (where.name !== part.name) this.#isForeign(part.name);
    Object.assign(part, { ...where, state: 'written', bytes });
    record.torn = !isWhole;
    log.warn({ file: join(part.folder, part.name), isWhole }, 'the file without a name was saved');
  }

  /** Notes a name that another file has now, so that this file is never taken for one of the recording. */
  #isForeign(name: string): void {
    this.#info.foreign = [...new Set([...(this.#info.foreign ?? []), name])];
  }

  #lastNumber(): number {
    return Math.max(0, ...this.#info.parts.map(({ number }) => number));
  }
}
