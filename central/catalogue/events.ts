import { sql } from 'kysely';
import type { Database } from '../store/connect.ts';
import { json, type AclEntry, type DeletedBecause, type EventRow, type NewEvent } from '../store/tables.ts';
import type { Who } from '../identity/who.ts';
import { keepDeleted } from './deleted.ts';
import type { Booked } from './event-rows.ts';

/** Questions about single events, and about the events of an agent. Lists with filters are in `list-events.ts`. */

/** The event of an id. */
export const eventNamed = (database: Database, id: string): Promise<EventRow | undefined> =>
  database.selectFrom('events').selectAll().where('id', '=', id).executeTakeFirst();

/** Those of some ids that there are. */
export async function eventsNamed(database: Database, ids: readonly string[]): Promise<EventRow[]> {
  if (ids.length === 0) return [];
  return database.selectFrom('events').selectAll().where('id', 'in', ids).execute();
}

/** The event of an id, held until the transaction ends: others who want to change it wait. */
export const lockEvent = (within: Database, id: string): Promise<EventRow | undefined> =>
  within.selectFrom('events').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();

/** What an agent is to record now; of several the first that began. */
export const currentOf = (database: Database, agent: string, nowMs: number): Promise<EventRow | undefined> =>
  ofAgent(database, agent)
    .where('starts_at', '<=', new Date(nowMs))
    .where('ends_at', '>', new Date(nowMs))
    .executeTakeFirst();

/** What an agent is to record next. */
export const nextOf = (database: Database, agent: string, nowMs: number): Promise<EventRow | undefined> =>
  ofAgent(database, agent).where('starts_at', '>', new Date(nowMs)).executeTakeFirst();

/** What comes after an event, or with its end, in the same hall. */
export const followerOf = (database: Database, event: EventRow): Promise<EventRow | undefined> =>
  ofAgent(database, event.agent ?? '')
    .where('starts_at', '>=', event.ends_at ?? new Date(0))
    .where('id', '!=', event.id)
    .executeTakeFirst();

const ofAgent = (database: Database, agent: string) =>
  database.selectFrom('events').selectAll().where('agent', '=', agent).orderBy('starts_at');

/** Of each agent what it is to record now, or next. */
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

/** Bounds of a list of scheduled events; what is undefined bounds nothing. */
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

/** Whatever is in the timetable, in order of time. */
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

/** The events of some halls, all of them: their ids and halls. */
export const eventsInHalls = (
  database: Database,
  halls: readonly string[],
): Promise<{ id: string; agent: string | null }[]> =>
  database.selectFrom('events').select(['id', 'agent']).where('agent', 'in', halls).execute();

/** How many events are in the timetable. */
export async function countScheduled(database: Database): Promise<number> {
  const { count } = await database
    .selectFrom('events')
    .select((of) => of.fn.countAll<number>().as('count'))
    .where('agent', 'is not', null)
    .executeTakeFirstOrThrow();
  return count;
}

/** Whatever stands in the timetable where these want to be, but for some, in order of time. */
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

/** Events of one source that end within a stretch of time, its borders left out. */
export const endingBetween = (database: Database, source: string, fromMs: number, toMs: number): Promise<EventRow[]> =>
  database
    .selectFrom('events')
    .selectAll()
    .where('source', '=', source)
    .where('ends_at', '>', new Date(fromMs))
    .where('ends_at', '<', new Date(toMs))
    .execute();

const ingested = (database: Database) => database.selectFrom('event_versions').select('event');

/** Those of some events of which something was brought. */
export async function ingestedAmong(database: Database, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await ingested(database).distinct().where('event', 'in', ids).execute();
  return new Set(rows.map(({ event }) => event));
}

/** Ids of what ended before a moment, and of which nothing was ever recorded. */
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

/** What ended within a stretch of time, was recorded by what its agent says, and has not come. */
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

/** Sets who may see an event. */
export async function writeAccess(within: Database, id: string, acl: readonly AclEntry[]): Promise<void> {
  await within
    .updateTable('events')
    .set({ acl: json(acl) })
    .where('id', '=', id)
    .execute();
}

/** As many rows as one statement may have parameters for. */
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

/** Writes whole rows: new ones, and those that are there with other values. */
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

/** Who made some events, by their ids. */
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
 * Removes events with all that was recorded of them; what they were is kept, and their files stay for a while (`deleted.ts`). Gives
 * those that there were. `because`: what it was, if nobody deleted just these.
 */
export async function deleteEvents(
  within: Database,
  ids: readonly string[],
  by?: Who,
  because?: DeletedBecause,
): Promise<EventRow[]> {
  if (ids.length === 0) return [];
  const rows = await within.selectFrom('events').selectAll().where('id', 'in', ids).forUpdate().execute();
  if (rows.length === 0) return [];
  await keepDeleted(within, rows, by, because);
  return within.deleteFrom('events').where('id', 'in', ids).returningAll().execute();
}
