import { createHash } from 'node:crypto';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Complaint } from '#lib/calendar/calendar.ts';
import type { Clock } from '#lib/runtime/clock.ts';
import { copyContent } from '#lib/runtime/disk/copy-file.ts';
import { openInTurn } from '#lib/runtime/in-turn.ts';
import type { Log } from '#lib/runtime/log.ts';
import { readBeside } from './calendar-file.ts';
import { forgetCalendar, type Reading, type ReadingTask } from './reading-task.ts';
import { openReadingTimes, type ReadingTimes } from './reading-times.ts';
import { openDoubt, type Doubt } from './sudden-emptiness.ts';
import type { OnChange, Source } from '../timetable/source.ts';
import type { Planned } from '../timetable/timetable.ts';

/** Options of `openIcalFolder`. */
export interface IcalFolderOptions {
  folder: string;
  /** Folder for what is known of the calendars; by default `cache` beside their folder. */
  cache?: string;
  zone: string;
  lookAheadMs: number;
  maxBytes: number;
  clock: Clock;
  log: Log;
  onChange: OnChange;
}

const LOOK_MS = 5000;
const DAY_MS = 86_400_000;

interface Known {
  /** Inode number, size and time of the file that was read last, whether it could be used or not. */
  stamp: string;
  reading?: Reading;
  error?: string;
  times: ReadingTimes;
  doubt: Doubt;
}

/**
 * Opens a folder of calendars (`*.ics`) that were stored on the box, by FTP or otherwise. When a file is removed, so
 * are its events. If a file becomes useless or suddenly empty, its former content still counts, also after a restart.
 */
export async function openIcalFolder(options: IcalFolderOptions): Promise<Source> {
  const source = new IcalFolder(options);
  await source.open();
  return source;
}

class IcalFolder implements Source {
  readonly name = 'files';
  readonly #options: IcalFolderOptions;
  readonly #cache: string;
  readonly #files = new Map<string, Known>();
  #cancel = (): void => undefined;
  readonly #turns = openInTurn();
  #closed = false;
  #goodAtMs: number | undefined;
  polls = 0;

  constructor(options: IcalFolderOptions) {
    this.#options = options;
    this.#cache = options.cache ?? join(options.folder, '..', 'cache');
  }

  async open(): Promise<void> {
    // If a folder cannot be made, only the calendars in it are missing.
    for (const folder of [this.#options.folder, this.#cache]) {
      await mkdir(folder, { recursive: true }).catch(() => undefined);
    }
    await this.refresh();
  }

  bookings(): readonly Planned[] {
    return [...this.#files.values()].flatMap(({ reading }) => reading?.bookings ?? []);
  }

  status() {
    const errors = [...this.#files].flatMap(([name, { error }]) => (error === undefined ? [] : [`${name}: ${error}`]));
    const complaints = [...this.#files.values()].flatMap(({ reading }): Complaint[] => reading?.complaints ?? []);
    const isTime = this.#goodAtMs !== undefined && this.#goodAtMs <= this.#options.clock.nowMs();
    return {
      place: this.#options.folder,
      complaints,
      ...(isTime && this.#goodAtMs !== undefined ? { goodAtMs: this.#goodAtMs } : {}),
      ...(errors.length > 0 ? { error: errors.join('; ') } : {}),
    };
  }

  refresh(byHand = false): Promise<void> {
    this.#cancel();
    return this.#turns.run(() => this.#look(byHand));
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  async #look(byHand: boolean): Promise<void> {
    const { clock, log, onChange } = this.#options;
    if (this.#closed) return;
    try {
      await this.#readChanged(byHand);
      this.polls++;
      this.#goodAtMs = clock.nowMs();
      onChange();
    } catch (error) {
      log.warn({ error: String(error) }, 'the calendars brought to the box cannot be looked at');
    }
    this.#cancel();
    if (!this.#closed) this.#cancel = clock.at(clock.monotonicMs() + LOOK_MS, () => void this.refresh());
  }

  async #readChanged(byHand: boolean): Promise<void> {
    const { folder } = this.#options;
    const names = (await readdir(folder)).filter((name) => /^[^.].*\.ics$/i.test(name));
    for (const name of this.#files.keys()) if (!names.includes(name)) this.#files.delete(name);
    await this.#forgetOthers(names);
    for (const name of names) await this.#readOne(name, byHand);
  }

  /** Forgets the files that are not there any more, with what is known of them. */
  async #forgetOthers(names: readonly string[]): Promise<void> {
    const kept = new Set(names.map((name) => this.#copyOf(name)));
    const there = await readdir(this.#cache).catch((): string[] => []);
    const copies = there.filter((name) => COPY.test(name)).map((name) => join(this.#cache, name));
    for (const copy of copies) if (!kept.has(copy)) await forgetCalendar(copy);
  }

  #copyOf(name: string): string {
    return join(this.#cache, `file-${createHash('sha256').update(name).digest('hex').slice(0, 32)}.ics`);
  }

  async #readOne(name: string, byHand: boolean): Promise<void> {
    const { folder, maxBytes, clock, log } = this.#options;
    const file = join(folder, name);
    const found = await stat(file).catch(() => undefined);
    if (!found?.isFile()) return;
    const stamp = `${found.size}-${found.mtimeMs}`;
    const known = this.#files.get(name) ?? (await this.#remembered(name));
    this.#files.set(name, known);
    const believes = known.doubt.believes(clock.monotonicMs(), byHand);
    if (known.stamp === stamp && !known.times.isDue() && !believes) return;
    known.stamp = stamp;
    known.times.note();
    try {
      if (found.size > maxBytes) throw new Error(`it is larger than ${Math.round(maxBytes / 1e6)} MB`);
      const arrived = `${this.#copyOf(name)}.part`;
      await copyContent(file, arrived);
      known.reading = await readBeside({ ...this.#task(name), arrived, believes });
      known.doubt.heard(known.reading.doubt !== undefined, clock.monotonicMs());
      if (known.reading.doubt !== undefined) throw new Error(known.reading.doubt);
      delete known.error;
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      if (text !== known.error) log.warn({ file: name, error: text }, 'a calendar brought to the box is of no use');
      known.error = text;
      // A file that cannot be used: its former content still counts.
      if (known.reading?.doubt === undefined) await this.#reread(name, known);
    }
  }

  /** The content of a file as the last run knew it. */
  async #remembered(name: string): Promise<Known> {
    const known: Known = { stamp: '', times: openReadingTimes(this.#options.clock), doubt: openDoubt() };
    await this.#reread(name, known);
    return known;
  }

  async #reread(name: string, known: Known): Promise<void> {
    // A file without a copy was never good: it has no former content.
    const reading = await readBeside(this.#task(name)).catch(() => undefined);
    if (reading) known.reading = reading;
  }

  #task(name: string): ReadingTask {
    const { zone, lookAheadMs, clock } = this.#options;
    const nowMs = clock.nowMs();
    const window = { nowMs, fromMs: nowMs - DAY_MS, toMs: nowMs + lookAheadMs };
    return { file: this.#copyOf(name), zone, ...window, source: 'ical', from: `${this.name}/${name}` };
  }
}

const COPY = /^file-[0-9a-f]{32}\.ics$/;
