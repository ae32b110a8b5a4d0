import { firstWhere } from '@amphi/lib/runtime/lists/bisect.ts';
import type { Attachment } from '@amphi/lib/calendar/calendar.ts';
import { EPISODE_FILE, PROPERTIES_FILE, SERIES_FILE } from '@amphi/lib/opencast/calendars/attachments.ts';
import { attachmentType, writeCalendar } from '@amphi/lib/opencast/calendars/calendar-write.ts';
import { catalogOf } from '@amphi/lib/opencast/dublin-core.ts';
import type { Log } from '@amphi/lib/runtime/log.ts';
import type { ConnectionOptions, Database } from '../store/connect.ts';
import { listen } from '../store/listen.ts';
import { scheduledEvents } from '../catalogue/events.ts';
import { seriesByIds } from '../catalogue/series.ts';
import type { EventRow, SeriesRow } from '../store/tables.ts';
import { agentPropertiesText, episodeXml, seriesXml } from '../catalogue/dublin-core.ts';

/** One event of an agent's calendar. */
export interface Entry {
  id: string;
  startsAtMs: number;
  endsAtMs: number;
  series: string | null;
  /** The VEVENT of the event. */
  text: string;
  event: EventRow;
}

/**
 * Events of an agent, or of all agents, as they have been since `revisionMs` (0: there never were any), in order of
 * their starts.
 */
export interface AgentCalendar {
  revisionMs: number;
  entries: readonly Entry[];
  /** Answers that were made from these events, by the entries that they hold. */
  made: Map<string, Buffer>;
}

/**
 * Interval in ms at which the database is asked whether a calendar changed: a notice of it may be lost when a
 * connection breaks.
 */
const ASK_EVERY_MS = 10_000;

/** Opens the calendars, and listens for changes that other connections write. */
export async function openCalendars(database: Database, connection: ConnectionOptions, log: Log): Promise<Calendars> {
  const calendars = new Calendars(database);
  await calendars.refresh();
  calendars.watch(connection, log);
  return calendars;
}

/** Calendars of agents: made when asked for, and remembered until one of their events changes. */
export class Calendars {
  readonly #database: Database;
  #revisions = new Map<string, number>();
  readonly #made = new Map<string, AgentCalendar>();
  /** Calendar of all agents; its revision is the newest of all revisions. */
  #all: { revisionMs: number; calendar?: AgentCalendar } = { revisionMs: 0 };
  #isSuspect = true;
  #asking: Promise<void> | undefined;
  #close: () => Promise<void> = async () => undefined;

  /** For `openCalendars` alone. */
  constructor(database: Database) {
    this.#database = database;
  }

  /** Listens for changes that other connections write, until it is closed. */
  watch(connection: ConnectionOptions, log: Log): void {
    const suspect = (): void => this.suspect();
    const listener = listen(connection, 'amphi_calendar', { onOpen: suspect, onNotice: suspect }, log);
    const timer = setInterval(() => this.suspect(), ASK_EVERY_MS);
    this.#close = () => {
      clearInterval(timer);
      return listener.close();
    };
  }

  /** Stops listening. Idempotent. */
  close(): Promise<void> {
    return this.#close();
  }

  /** Notes that something may have been written: the database is asked before the next answer. */
  suspect(): void {
    this.#isSuspect = true;
  }

  /** The calendar of an agent; `undefined`: of all agents. */
  async of(agent: string | undefined): Promise<AgentCalendar> {
    while (this.#isSuspect || this.#asking) await (this.#asking ?? this.refresh());
    if (agent === undefined) return this.#ofAll();
    const revisionMs = this.#revisions.get(agent) ?? 0;
    const known = this.#made.get(agent);
    if (known?.revisionMs === revisionMs) return known;
    const calendar = { revisionMs, entries: revisionMs === 0 ? [] : await this.#entries(agent), made: new Map() };
    // A name that never had an event is not remembered: otherwise requests with invented names would fill the memory.
    if (revisionMs !== 0) this.#made.set(agent, calendar);
    return calendar;
  }

  /**
   * Reads the revisions from the database, once for all callers that wait; they read again if something was written
   * meanwhile.
   */
  refresh(): Promise<void> {
    this.#isSuspect = false;
    return (this.#asking = this.#readRevisions().finally(() => (this.#asking = undefined)));
  }

  async #readRevisions(): Promise<void> {
    const rows = await this.#database.selectFrom('agent_calendars').selectAll().execute();
    const differs = rows.some(({ agent, revision_ms }) => this.#revisions.get(agent) !== revision_ms);
    if (!differs && rows.length === this.#revisions.size) return;
    this.#revisions = new Map(rows.map(({ agent, revision_ms }) => [agent, revision_ms]));
    this.#all = { revisionMs: Math.max(0, ...this.#revisions.values()) };
  }

  async #ofAll(): Promise<AgentCalendar> {
    const all = this.#all;
    return (all.calendar ??= { revisionMs: all.revisionMs, entries: await this.#entries(undefined), made: new Map() });
  }

  async #entries(agent: string | undefined): Promise<Entry[]> {
    const events = await scheduledEvents(this.#database, { agent });
    const known = await seriesByIds(
      this.#database,
      events.flatMap(({ series }) => series ?? []),
    );
    return events.map((event) => entryOf(event, known.get(event.series ?? '')));
  }
}

function entryOf(event: EventRow, series: SeriesRow | undefined): Entry {
  const [startsAtMs, endsAtMs] = [event.starts_at?.getTime() ?? 0, event.ends_at?.getTime() ?? 0];
  const lastModifiedMs = event.modified_at.getTime();
  const { description } = catalogOf(event.terms);
  const attachment = (name: string, content: string): Attachment => ({ name, content, mimeType: attachmentType(name) });
  const calendar = writeCalendar(
    [
      {
        uid: event.id,
        title: event.title,
        startsAtMs,
        endsAtMs,
        lastModifiedMs,
        ...(description ? { description } : {}),
        ...(event.agent ? { location: event.agent } : {}),
        ...(event.series ? { seriesId: event.series } : {}),
        attachments: [
          attachment(EPISODE_FILE, episodeXml(event)),
          ...(series ? [attachment(SERIES_FILE, seriesXml(series))] : []),
          attachment(PROPERTIES_FILE, agentPropertiesText(event)),
        ],
      },
    ],
    lastModifiedMs,
  );
  const text = calendar.slice(calendar.indexOf('BEGIN:VEVENT'), calendar.lastIndexOf('END:VCALENDAR'));
  return { id: event.id, startsAtMs, endsAtMs, series: event.series, text, event };
}

const [HEAD = '', FOOT = ''] = writeCalendar([], 0).split(/(?=END:VCALENDAR)/);

/** Time in ms for which an event stays in the calendar after its end. */
const KEPT_AFTER_MS = 3600_000;

/** The part of a calendar that is asked for. */
export interface Question {
  nowMs: number;
  /** Limit of the starts: only events that begin before it are given. */
  cutoffMs?: number | undefined;
  series?: string | undefined;
}

/**
 * Entries that a question asks for, and how many begin before its cutoff. Entries that ended more than an hour ago are
 * left out.
 */
export function select(
  { entries }: AgentCalendar,
  { nowMs, cutoffMs, series }: Question,
): { chosen: Entry[]; before: number } {
  const before =
    cutoffMs === undefined ? entries.length : firstWhere(entries.length, (n) => entries[n]!.startsAtMs >= cutoffMs);
  const chosen = entries
    .slice(0, before)
    .filter((one) => one.endsAtMs > nowMs - KEPT_AFTER_MS && (series === undefined || one.series === series));
  return { chosen, before };
}

/**
 * The calendar as it is sent. The number of entries before the cutoff and the number of entries left say which entries
 * these are, since entries are sorted: an answer of the same numbers is given again.
 */
export function calendarBytes(calendar: AgentCalendar, question: Question): Buffer {
  const { chosen, before } = select(calendar, question);
  const key = `${before} ${chosen.length} ${question.series ?? ''}`;
  const known = calendar.made.get(key);
  if (known) return known;
  const bytes = Buffer.from(`${HEAD}${chosen.map(({ text }) => text).join('')}${FOOT}`);
  if (calendar.made.size >= 4) calendar.made.clear();
  calendar.made.set(key, bytes);
  return bytes;
}
