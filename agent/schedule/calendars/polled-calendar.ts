import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CalendarError, type Complaint } from '#lib/calendar/calendar.ts';
import type { Clock } from '#lib/runtime/clock.ts';
import { openInTurn } from '#lib/runtime/in-turn.ts';
import { openJsonFile, type JsonFile } from '#lib/runtime/json-file.ts';
import type { Log } from '#lib/runtime/log.ts';
import { readBeside } from './calendar-file.ts';
import type { Reading, ReadingTask } from './reading-task.ts';
import { openReadingTimes } from './reading-times.ts';
import { openDoubt } from './sudden-emptiness.ts';
import type { OnChange, Source } from '../timetable/source.ts';
import type { Planned } from '../timetable/timetable.ts';
import type { WireAnswer } from '../server/wire.ts';

/** The request that brought the last good calendar; the server may answer the same request with "not changed". */
export interface Tag {
  etag?: string;
  modified?: string;
  cutoffMs?: number;
}

/** Facts of the last request that brought a good calendar, which are kept on disk. */
interface Asked {
  tag: Tag;
  goodAtMs: number;
}

/** The answer to a request for the calendar, with the tag for the next request. */
export interface CalendarAnswer {
  answer: WireAnswer;
  tag: Tag;
  /** The new address of the calendar, if it has moved for good. */
  movedTo?: string;
}

/** Options of `openPolledCalendar`. */
export interface PolledOptions extends Pick<ReadingTask, 'file' | 'zone' | 'source' | 'from' | 'location' | 'isOwn'> {
  place: string;
  lookAheadMs: number;
  maxBytes: number;
  /** Milliseconds until the next request. */
  everyMs: () => number;
  /** Requests the calendar; the answer may be 304. Rejects with an error whose message is for people. */
  ask(tag: Tag): Promise<CalendarAnswer>;
  clock: Clock;
  log: Log;
  onChange: OnChange;
}

const DAY_MS = 24 * 3_600_000;
/** Interval in ms in which the wall clock is checked, since it may be set. */
const LOOK_MS = 5000;
const NO_TAG: Tag = {};

/** Opens a calendar that is requested at intervals and kept on disk: without a network the last good one is used. */
export async function openPolledCalendar(options: PolledOptions): Promise<Source> {
  // If the folder cannot be made, the calendar is not kept on disk; the box starts all the same.
  await mkdir(dirname(options.file), { recursive: true }).catch(() => undefined);
  const calendar = new PolledCalendar(options);
  await calendar.remember();
  calendar.start();
  return calendar;
}

class PolledCalendar implements Source {
  readonly name: string;
  readonly #options: PolledOptions;
  readonly #times: ReturnType<typeof openReadingTimes>;
  readonly #doubt = openDoubt();
  readonly #asked: JsonFile<Asked | undefined>;
  #bookings: readonly Planned[] = [];
  #complaints: readonly Complaint[] = [];
  #tag: Tag = NO_TAG;
  #movedTo: string | undefined;
  #goodAtMs: number | undefined;
  #error: string | undefined;
  #cancel = (): void => undefined;
  readonly #turns = openInTurn();
  #closed = false;
  polls = 0;

  constructor(options: PolledOptions) {
    this.#options = options;
    this.name = options.from;
    this.#times = openReadingTimes(options.clock);
    this.#asked = openJsonFile<Asked | undefined>({
      path: `${options.file}.json`,
      check: askedIn,
      otherwise: undefined,
      what: 'how a calendar was asked for',
      log: options.log,
    });
  }

  bookings(): readonly Planned[] {
    return this.#bookings;
  }

  status() {
    // A time in the future was written by a wrong clock, and is not shown.
    const isTime = this.#goodAtMs !== undefined && this.#goodAtMs <= this.#options.clock.nowMs();
    const good = isTime && this.#goodAtMs !== undefined ? { goodAtMs: this.#goodAtMs } : {};
    const error = this.#error === undefined ? {} : { error: this.#error };
    const moved: Complaint[] = this.#movedTo === undefined ? [] : [movedNote(this.#movedTo)];
    return { place: this.#options.place, ...good, ...error, complaints: [...moved, ...this.#complaints] };
  }

  /** Reads the calendar that the last run stored. */
  async remember(): Promise<void> {
    const { file, log } = this.#options;
    try {
      this.#take(await readBeside(this.#task()));
    } catch (error) {
      const isNew = /ENOENT/.test(String(error));
      if (!isNew) log.warn({ file, error: String(error) }, 'the calendar kept on disk is of no use');
      return;
    }
    // If the last request is not known, the whole calendar is requested.
    const asked = await this.#asked.read();
    if (asked) [this.#tag, this.#goodAtMs] = [asked.tag, asked.goodAtMs];
  }

  start(): void {
    void this.refresh();
  }

  refresh(byHand = false): Promise<void> {
    this.#cancel();
    return this.#turns.run(() => this.#poll(byHand));
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  async #poll(byHand: boolean): Promise<void> {
    if (this.#closed) return;
    const { clock, log, onChange } = this.#options;
    if (this.#times.jumped()) await this.#rereadStored();
    try {
      await this.#askOnce(byHand);
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
    this.#wait(clock.monotonicMs() + this.#options.everyMs());
    onChange();
  }

  /** Waits for the time of the next request, and checks meanwhile whether the wall clock was set. */
  #wait(dueMs: number): void {
    const { clock } = this.#options;
    this.#cancel();
    this.#cancel = clock.at(Math.min(dueMs, clock.monotonicMs() + LOOK_MS), () => {
      if (clock.monotonicMs() >= dueMs || this.#times.jumped())
        void this.refresh().catch((error: unknown) => {
          this.#options.log.error({ calendar: this.name, error: String(error) }, 'a look at the calendar failed');
          if (!this.#closed) this.#wait(clock.monotonicMs() + this.#options.everyMs());
        });
      else this.#wait(dueMs);
    });
  }

  /**
   * Reads the stored calendar again after a jump of the wall clock, since other days are near then, whether the server
   * answers or not.
   */
  async #rereadStored(): Promise<void> {
    const { log, onChange } = this.#options;
    try {
      this.#take(await readBeside(this.#task()));
    } catch (error) {
      this.#times.note();
      log.info(
        { calendar: this.name, error: String(error) },
        'the clock was set, and there is no calendar to read again',
      );
    }
    onChange();
  }

  async #askOnce(byHand: boolean): Promise<void> {
    const { clock, file, maxBytes, log } = this.#options;
    const { answer, tag, movedTo } = await this.#options.ask(this.#tag);
    if (movedTo !== undefined && movedTo !== this.#movedTo)
      log.warn({ calendar: this.name, movedTo }, 'the calendar has moved');
    this.#movedTo = movedTo;
    if (answer.status === 304) {
      answer.drop();
      this.#doubt.heard(false, clock.monotonicMs());
      if (this.#times.isDue()) await this.#readAgain();
      return;
    }
    const arrived = `${file}.part`;
    await answer.save(arrived, maxBytes);
    const believes = this.#doubt.believes(clock.monotonicMs(), byHand);
    const reading = await readBeside({ ...this.#task(), arrived, believes });
    this.#take(reading);
    this.#doubt.heard(reading.doubt !== undefined, clock.monotonicMs());
    if (reading.doubt !== undefined) {
      await rm(arrived, { force: true });
      throw new CalendarError(reading.doubt);
    }
    this.#tag = tag;
    await this.#asked.write({ tag, goodAtMs: clock.nowMs() });
  }

  /** Reads the stored calendar again. If there is none, the next request asks for the whole calendar. */
  async #readAgain(): Promise<void> {
    try {
      this.#take(await readBeside(this.#task()));
    } catch (error) {
      this.#tag = NO_TAG;
      if (!/ENOENT/.test(String(error))) throw error;
      throw new CalendarError('it says that nothing has changed (304), but nothing was known of it: it is asked again');
    }
  }

  #take({ bookings, complaints }: Reading): void {
    this.#bookings = bookings;
    this.#complaints = complaints;
    this.#times.note();
  }

  #task(): ReadingTask {
    const { file, zone, source, from, location, isOwn, lookAheadMs, clock } = this.#options;
    const nowMs = clock.nowMs();
    const place = { ...(location === undefined ? {} : { location }), ...(isOwn ? { isOwn } : {}) };
    return { file, zone, source, from, ...place, nowMs, fromMs: nowMs - DAY_MS, toMs: nowMs + lookAheadMs };
  }
}

const movedNote = (place: string): Complaint => ({
  weight: 'trifle',
  text: `the calendar has moved to ${place}: put that into the configuration`,
});

function askedIn(kept: unknown): Asked {
  const { tag, goodAtMs } = kept as Partial<Asked>;
  const texts = [tag?.etag ?? '', tag?.modified ?? ''];
  const isOne = typeof tag === 'object' && texts.every((text) => typeof text === 'string') && Number.isFinite(goodAtMs);
  if (!isOne) throw new Error('it is no question');
  return kept as Asked;
}
