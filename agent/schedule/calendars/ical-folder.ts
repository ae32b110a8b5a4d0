import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Complaint } from '#lib/opencast/calendars/calendar.ts';
import type { Clock } from '#lib/runtime/clock.ts';
import { openInTurn } from '#lib/runtime/in-turn.ts';
import type { Log } from '#lib/runtime/log.ts';
import { readBeside } from './calendar-file.ts';
import type { Reading } from './calendar-reading.ts';
import type { OnChange, Source } from '../timetable/source.ts';
import type { Planned } from '../timetable/timetable.ts';

/** What the folder needs. */
export interface IcalFolderOptions {
  folder: string;
  zone: string;
  lookAheadMs: number;
  maxBytes: number;
  clock: Clock;
  log: Log;
  onChange: OnChange;
}

const LOOK_MS = 5000;
const DAY_MS = 86_400_000;
const REREAD_MS = 6 * 3_600_000;

interface Known extends Partial<Reading> {
  stamp: string;
  error?: string;
  readAtMs: number;
}

/**
 * Opens a folder of calendars (`*.ics`) that were stored on the box, by FTP or otherwise. With a file its events are
 * removed.
 */
export async function openIcalFolder(options: IcalFolderOptions): Promise<Source> {
  // A disk that has no room for it costs these calendars alone.
  await mkdir(options.folder, { recursive: true }).catch(() => undefined);
  const source = new IcalFolder(options);
  await source.refresh();
  return source;
}

class IcalFolder implements Source {
  readonly name = 'files';
  readonly #options: IcalFolderOptions;
  readonly #files = new Map<string, Known>();
  #cancel = (): void => undefined;
  readonly #turns = openInTurn();
  #closed = false;
  #goodAtMs: number | undefined;
  polls = 0;

  constructor(options: IcalFolderOptions) {
    this.#options = options;
  }

  bookings(): readonly Planned[] {
    return [...this.#files.values()].flatMap(({ bookings = [] }) => bookings);
  }

  status() {
    const errors = [...this.#files].flatMap(([name, { error }]) => (error === undefined ? [] : [`${name}: ${error}`]));
    const complaints = [...this.#files.values()].flatMap((file): Complaint[] => file.complaints ?? []);
    return {
      place: this.#options.folder,
      complaints,
      ...(this.#goodAtMs === undefined ? {} : { goodAtMs: this.#goodAtMs }),
      ...(errors.length > 0 ? { error: errors.join('; ') } : {}),
    };
  }

  refresh(): Promise<void> {
    this.#cancel();
    return this.#turns.run(() => this.#look());
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  async #look(): Promise<void> {
    const { clock, log, onChange } = this.#options;
    if (this.#closed) return;
    try {
      await this.#readChanged();
      this.polls++;
      this.#goodAtMs = clock.nowMs();
      onChange();
    } catch (error) {
      log.warn({ error: String(error) }, 'the calendars brought to the box cannot be looked at');
    }
    this.#cancel();
    if (!this.#closed) this.#cancel = clock.at(clock.monotonicMs() + LOOK_MS, () => void this.refresh());
  }

  async #readChanged(): Promise<void> {
    const { folder } = this.#options;
    const names = (await readdir(folder)).filter((name) => /^[^.].*\.ics$/i.test(name));
    for (const name of this.#files.keys()) if (!names.includes(name)) this.#files.delete(name);
    for (const name of names) await this.#readOne(name);
  }

  async #readOne(name: string): Promise<void> {
    const { folder, zone, lookAheadMs, maxBytes, clock, log } = this.#options;
    const file = join(folder, name);
    const found = await stat(file).catch(() => undefined);
    if (!found?.isFile()) return;
    const stamp = `${found.ino}-${found.size}-${found.mtimeMs}`;
    const known = this.#files.get(name);
    const nowMs = clock.nowMs();
    if (known?.stamp === stamp && nowMs - known.readAtMs < REREAD_MS) return;
    const window = { fromMs: nowMs - DAY_MS, toMs: nowMs + lookAheadMs };
    const base = { stamp, readAtMs: nowMs };
    try {
      if (found.size > maxBytes) throw new Error(`it is larger than ${Math.round(maxBytes / 1e6)} MB`);
      const reading = await readBeside({ file, zone, ...window, source: 'ical', from: `${this.name}/${name}` });
      this.#files.set(name, { ...base, ...reading });
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      log.warn({ file: name, error: text }, 'a calendar brought to the box is of no use');
      // The former content of the file still counts, since the new one cannot be used.
      this.#files.set(name, { ...known, ...base, error: text });
    }
  }
}
