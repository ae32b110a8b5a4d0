import { sql } from 'kysely';
import type { Database } from '../store/connect.ts';
import { json, type AclEntry, type DeletedBecause, type EventRow, type NewEvent } from '../store/tables.ts';
import type { Who } from '../identity/who.ts';
import { keepDeleted } from './deleted.ts';
import type { Booked } from './event-rows.ts';

/** Queries about single events and about the events of an agent. Lists with filters are in `list-events.ts`. */

/** The event of an id; undefined: there is none. */
export const eventNamed = (database: Database, id: string): Promise<EventRow | undefined> =>
  database.selectFrom('events').selectAll().where('id', '=', id).executeTakeFirst();

/** The events of some ids; ids without an event are left out. */
export async function eventsNamed(database: Database, ids: readonly string[]): Promise<EventRow[]> {
  if (ids.length === 0) return [];
  return database.selectFrom('events').selectAll().where('id', 'in', ids).execute();
}

/** The event of an id, locked until the transaction ends: other transactions that change it must wait. */
export const lockEvent = (within: Database, id: string): Promise<EventRow | undefined> =>
  within.selectFrom('events').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();

/** The event that an agent is to record now; if there are several, the one that began first. */
export const currentOf = (database: Database, agent: string, nowMs: number): Promise<EventRow | undefined> =>
  ofAgent(database, agent)
    .where('starts_at', '<=', new Date(nowMs))
    .where('ends_at', '>', new Date(nowMs))
    .executeTakeFirst();

/** The event that an agent is to record next. */
export const nextOf = (database: Database, agent: string, nowMs: number): Promise<EventRow | undefined> =>
  ofAgent(database, agent).where('starts_at', '>', new Date(nowMs)).executeTakeFirst();

/** The next event of the same agent that begins at the end of an event or later. */
export const followerOf = (database: Database, event: EventRow): Promise<EventRow | undefined> =>
  ofAgent(database, event.agent ?? '')
    .where('starts_at', '>=', event.ends_at ?? new Date(0))
    .where('id', '!=', event.id)
    .executeTakeFirst();

const ofAgent = (database: Database, agent: string) =>
  database.selectFrom('events').selectAll().where('agent', '=', agent).orderBy('starts_at');

/** The event that each agent is to record now or next, by agent. */
export async function ofEachAgent(
  database: Database,
  nowMs: number,
  which: 'now' | 'next',
): Promise<Map<string, EventRow>> {
  const now = new Date(nowMs);
  const all = database
    .selectFrom('events')
    .selectAll()
    .distinctOn('agent')
    .where('agent', 'is not', null)
    .orderBy('agent')
    .orderBy('starts_at');
  const rows = await (
    which === 'next' ? all.where('starts_at', '>', now) : all.where('starts_at', '<=', now).where('ends_at', '>', now)
  ).execute();
  return new Map(rows.map((row) => [row.agent ?? '', row]));
}

/** Bounds of a list of scheduled events; undefined: no bound. */
export interface ScheduledQuery {
  agent?: string | undefined;
  startsFromMs?: number | undefined;
  startsToMs?: number | undefined;
  endsFromMs?: number | undefined;
  endsToMs?: number | undefined;
}

const BOUNDS = [
  ['startsFromMs', 'starts_at', '>='],
  ['startsToMs', 'starts_at', '<='],
  ['endsFromMs', 'ends_at', '>='],
  ['endsToMs', 'ends_at', '<='],
] as const;

/** Scheduled events within some bounds, in order of their starts. */
export function scheduledEvents(database: Database, query: ScheduledQuery = {}): Promise<EventRow[]> {
  const { agent } = query;
  let found = database.selectFrom('events').selectAll().where('agent', 'is not', null);
  if (agent !== undefined) found = found.where('agent', '=', agent);
  for (const [name, column, operator] of BOUNDS) {
    const ms = query[name];
    if (ms !== undefined) found = found.where(column, operator, new Date(ms));
  }
  return found.orderBy('starts_at').orderBy('id').execute();
}

/** Ids and agents of all events of some halls, each named by its agent. */
export const eventsInHalls = (
  database: Database,
  halls: readonly string[],
): Promise<{ id: string; agent: string | null }[]> =>
  database.selectFrom('events').select(['id', 'agent']).where('agent', 'in', halls).execute();

/** Number of scheduled events. */
export async function countScheduled(database: Database): Promise<number> {
  const { count } = await database
    .selectFrom('events')
    .select((of) => of.fn.countAll<number>().as('count'))
    .where('agent', 'is not', null)
    .executeTakeFirstOrThrow();
  return count;
}

/**
 * Scheduled events that overlap one of some bookings, in order of their starts; events of the ids `but` are left out.
 */
export async function eventsAt(
  database: Database,
  slots: readonly Booked[],
  but: readonly string[],
): Promise<EventRow[]> {
  if (slots.length === 0) return [];
  const agents = slots.map(({ agentId }) => agentId);
  const starts = slots.map(({ startsAtMs }) => new Date(startsAtMs));
  const ends = slots.map(({ endsAtMs }) => new Date(endsAtMs));
  return database
    .selectFrom('events')
    .selectAll()
    .where('id', 'not in', but.length > 0 ? but : [''])
    .where(
      sql<boolean>`exists (
        select 1 from unnest(${agents}::text[], ${starts}::timestamptz[], ${ends}::timestamptz[]) as wanted (agent, starts_at, ends_at)
        where events.agent = wanted.agent and events.starts_at < wanted.ends_at and events.ends_at > wanted.starts_at)`,
    )
    .orderBy('starts_at')
    .execute();
}

/** Events of one source that end between two moments, neither included. */
export const endingBetween = (database: Database, source: string, fromMs: number, toMs: number): Promise<EventRow[]> =>
  database
    .selectFrom('events')
    .selectAll()
    .where('source', '=', source)
    .where('ends_at', '>', new Date(fromMs))
    .where('ends_at', '<', new Date(toMs))
    .execute();

const ingested = (database: Database) => database.selectFrom('event_versions').select('event');

/** Ids of those of some events that have an ingested recording. */
export async function ingestedAmong(database: Database, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await ingested(database).distinct().where('event', 'in', ids).execute();
  return new Set(rows.map(({ event }) => event));
}

/** Ids of events that ended before a moment and of which nothing was ever recorded. */
export async function neverRecorded(database: Database, endedBeforeMs: number): Promise<string[]> {
  const rows = await database
    .selectFrom('events')
    .select('id')
    .where('ends_at', '<', new Date(endedBeforeMs))
    .where('recording_state', 'is', null)
    .where('id', 'not in', ingested(database))
    .execute();
  return rows.map(({ id }) => id);
}

/** Events that ended between two moments and were recorded, as their agent said, but not ingested. */
export const notIngested = (database: Database, fromMs: number, toMs: number): Promise<EventRow[]> =>
  database
    .selectFrom('events')
    .selectAll()
    .where('agent', 'is not', null)
    .where('recording_state', 'is not', null)
    .where('recording_state', 'not in', ['unknown', 'capture_error'])
    .where('ends_at', '<=', new Date(toMs))
    .where('ends_at', '>', new Date(fromMs))
    .where('id', 'not in', ingested(database))
    .orderBy('ends_at')
    .execute();

/** Writes the access list of an event. */
export async function writeAccess(within: Database, id: string, acl: readonly AclEntry[]): Promise<void> {
  await within
    .updateTable('events')
    .set({ acl: json(acl) })
    .where('id', '=', id)
    .execute();
}

/** Writes the terms of an event, and the series that it is of. */
export async function writeDescription(
  within: Database,
  id: string,
  { terms, series }: Pick<EventRow, 'terms' | 'series'>,
): Promise<void> {
  await within
    .updateTable('events')
    .set({ terms: json(terms), series, modified_at: new Date() })
    .where('id', '=', id)
    .execute();
}

/**
 * Rows of one insert: a statement of PostgreSQL has at most 65 535 parameters, so more rows are written in several
 * statements.
 */
const ROWS_AT_ONCE = 1000;

const WRITTEN = [
  'series',
  'title',
  'terms',
  'acl',
  'agent',
  'starts_at',
  'ends_at',
  'hall',
  'inputs',
  'workflow',
  'workflow_configuration',
  'agent_properties',
  'source',
  'source_key',
  'modified_at',
] as const;

/** Writes whole rows: new events are added, existing ones replaced. */
export async function writeEvents(within: Database, rows: readonly NewEvent[]): Promise<void> {
  for (let n = 0; n < rows.length; n += ROWS_AT_ONCE) {
    await within
      .insertInto('events')
      .values(rows.slice(n, n + ROWS_AT_ONCE))
      .onConflict((conflict) =>
        conflict
          .column('id')
          .doUpdateSet((of) => Object.fromEntries(WRITTEN.map((column) => [column, of.ref(`excluded.${column}`)]))),
      )
      .execute();
  }
}

/** Accounts that made some events, by the ids of the events. */
export async function makersOf(database: Database, ids: readonly string[]): Promise<Map<string, string | null>> {
  const rows = await database
    .selectFrom('audit_log')
    .select(['object', 'account'])
    .where('kind', '=', 'event')
    .where('action', '=', 'create')
    .where('object', 'in', ids)
    .orderBy('id')
    .execute();
  return new Map(rows.map(({ object, account }) => [object, account]));
}

/**
 * Deletes events with all their recordings, and gives their rows. The rows stay known, and the files stay for a while
 * (`deleted.ts`). `because`: the cause, if a person did not delete just these.
 */
export async function deleteEvents(
  within: Database,
  ids: readonly string[],
  by?: Pick<Who, 'name'>,
  because?: DeletedBecause,
): Promise<EventRow[]> {
  if (ids.length === 0) return [];
  const rows = await within.selectFrom('events').selectAll().where('id', 'in', ids).forUpdate().execute();
  if (rows.length === 0) return [];
  await keepDeleted(within, rows, by, because);
  return within.deleteFrom('events').where('id', 'in', ids).returningAll().execute();
}
