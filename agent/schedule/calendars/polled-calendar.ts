import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Complaint } from '#lib/opencast/calendars/calendar.ts';
import type { Clock } from '#lib/runtime/clock.ts';
import { writeFileAtomically } from '#lib/runtime/files.ts';
import { openInTurn } from '#lib/runtime/in-turn.ts';
import type { Log } from '#lib/runtime/log.ts';
import { readBeside, saveArriving } from './calendar-file.ts';
import type { ReadingTask } from './calendar-reading.ts';
import type { OnChange, Source } from '../timetable/source.ts';
import type { Planned } from '../timetable/timetable.ts';
import { dropAnswer, type WireAnswer } from '../server/wire.ts';

/** The question with which the last good calendar came; the same question may be answered by "not changed". */
export interface Tag {
  etag?: string;
  modified?: string;
  cutoffMs?: number;
}

/** What a polled calendar needs. */
export interface PolledOptions extends Pick<ReadingTask, 'file' | 'zone' | 'source' | 'from' | 'location'> {
  place: string;
  lookAheadMs: number;
  maxBytes: number;
  /** Milliseconds until the next question. */
  everyMs: () => number;
  /** Asks for the calendar; 304 is an answer too. Rejects with an error whose message is for people. */
  ask(tag: Tag): Promise<{ answer: WireAnswer; tag: Tag }>;
  clock: Clock;
  log: Log;
  onChange: OnChange;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Interval at which the stored calendar is read again, so that later days are seen even without a network. */
const REREAD_MS = 6 * HOUR_MS;
const NO_TAG: Tag = {};

/** Opens a calendar that is asked for at intervals and kept on disk: without a network the last good one counts. */
export async function openPolledCalendar(options: PolledOptions): Promise<Source> {
  // A disk that has no room for it costs what is kept, not the start.
  await mkdir(dirname(options.file), { recursive: true }).catch(() => undefined);
  const calendar = new PolledCalendar(options);
  await calendar.remember();
  calendar.start();
  return calendar;
}

class PolledCalendar implements Source {
  readonly name: string;
  readonly #options: PolledOptions;
  #bookings: readonly Planned[] = [];
  #complaints: readonly Complaint[] = [];
  #tag: Tag = NO_TAG;
  #readAtMs = 0;
  #goodAtMs: number | undefined;
  #error: string | undefined;
  #cancel = (): void => undefined;
  readonly #turns = openInTurn();
  #closed = false;
  polls = 0;

  constructor(options: PolledOptions) {
    this.#options = options;
    this.name = options.from;
  }

  bookings(): readonly Planned[] {
    return this.#bookings;
  }

  status() {
    const good = this.#goodAtMs === undefined ? {} : { goodAtMs: this.#goodAtMs };
    const error = this.#error === undefined ? {} : { error: this.#error };
    return { place: this.#options.place, ...good, ...error, complaints: this.#complaints };
  }

  /** Reads what the last run stored. */
  async remember(): Promise<void> {
    const { file, log } = this.#options;
    try {
      this.#take(await readBeside(this.#task()));
    } catch (error) {
      const isNew = /ENOENT/.test(String(error));
      if (!isNew) log.warn({ file, error: String(error) }, 'the calendar kept on disk is of no use');
      return;
    }
    try {
      const { tag, goodAtMs } = JSON.parse(await readFile(`${file}.json`, 'utf8')) as { tag: Tag; goodAtMs: number };
      [this.#tag, this.#goodAtMs] = [tag, goodAtMs];
    } catch {
      // The whole calendar is asked for.
    }
  }

  start(): void {
    void this.refresh();
  }

  refresh(): Promise<void> {
    this.#cancel();
    return this.#turns.run(() => this.#poll());
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  async #poll(): Promise<void> {
    if (this.#closed) return;
    const { clock, log, onChange } = this.#options;
    try {
      await this.#askOnce();
      this.polls++;
      if (this.#error !== undefined) log.info({ calendar: this.name }, 'the calendar is there again');
      this.#error = undefined;
      this.#goodAtMs = clock.nowMs();
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      if (text !== this.#error) log.warn({ calendar: this.name, error: text }, 'the calendar cannot be had');
      this.#error = text;
    }
    if (this.#closed) return;
    this.#cancel();
    this.#cancel = clock.at(clock.monotonicMs() + this.#options.everyMs(), () => void this.refresh());
    onChange();
  }

  async #askOnce(): Promise<void> {
    const { clock, file, maxBytes } = this.#options;
    const { answer, tag } = await this.#options.ask(this.#tag);
    if (answer.status === 304) {
      dropAnswer(answer);
      if (clock.nowMs() - this.#readAtMs > REREAD_MS) this.#take(await readBeside(this.#task()));
      return;
    }
    const arrived = `${file}.part`;
    await saveArriving(answer.body, arrived, maxBytes);
    this.#take(await readBeside({ ...this.#task(), arrived }));
    this.#tag = tag;
    await writeFileAtomically(`${file}.json`, JSON.stringify({ tag, goodAtMs: clock.nowMs() }));
  }

  #take({ bookings, complaints }: { bookings: readonly Planned[]; complaints: readonly Complaint[] }): void {
    this.#bookings = bookings;
    this.#complaints = complaints;
    this.#readAtMs = this.#options.clock.nowMs();
  }

  #task(): ReadingTask {
    const { file, zone, source, from, location, lookAheadMs, clock } = this.#options;
    const nowMs = clock.nowMs();
    const place = location === undefined ? {} : { location };
    return { file, zone, source, from, ...place, fromMs: nowMs - DAY_MS, toMs: nowMs + lookAheadMs };
  }
}
