import { sql } from 'kysely';
import type { Who } from '../identity/accounts.ts';
import type { Audit, AuditEntry } from '../identity/audit.ts';
import type { Database } from '../store/connect.ts';
import type { EventRow, NewEvent } from '../store/tables.ts';
import type { Services } from '../http/services.ts';
import { clashesOf, type Booked } from './conflicts.ts';
import { BadRequest } from '../http/fields.ts';
import { patchedRow, rowOf, slotOf, type EventDraft, type EventPatch } from '../catalogue/event-rows.ts';

/** What came of a wish: done, refused since others have the hall, or there is no such event. */
export type Scheduled = { kind: 'done'; ids: string[] } | { kind: 'conflict'; with: EventRow[] } | { kind: 'missing' };

export interface ScheduleOptions {
  /** Opencast lets admins do so. */
  allowConflict?: boolean;
}

type Needs = Pick<Services, 'database' | 'audit' | 'clock'>;
type AddingNeeds = Needs & Pick<Services, 'config'>;

/** Does something to the timetable while nobody else does, all of it or nothing. */
export const withTimetable = <T>(database: Database, work: (within: Database) => Promise<T>): Promise<T> =>
  database.transaction().execute(async (within) => {
    await sql`select pg_advisory_xact_lock(hashtext('amphi timetable'))`.execute(within);
    return work(within);
  });

/** Puts events into the timetable, all or none; ids that are there already, and events that overlap, are conflicts. */
export function addEvents(
  { database, audit, config }: AddingNeeds,
  who: Who | undefined,
  drafts: readonly EventDraft[],
  options: ScheduleOptions = {},
): Promise<Scheduled> {
  return withTimetable(database, async (within): Promise<Scheduled> => {
    const slots = drafts.flatMap(({ slot }) => slot ?? []);
    const ids = drafts.map(({ id }) => id);
    const there = await within.selectFrom('events').selectAll().where('id', 'in', ids).execute();
    if (there.length > 0) return { kind: 'conflict', with: there };
    const conflicts = options.allowConflict ? [] : await eventsAt(within, slots, []);
    if (conflicts.length > 0 || clashesOf(slots, 1).length > 0) return { kind: 'conflict', with: conflicts };
    await writeEvents(
      within,
      drafts.map((draft) => rowOf({ ...draft, workflow: draft.workflow ?? config.workflow })),
    );
    await tell(
      audit,
      who,
      within,
      drafts.map((draft) => created(draft)),
    );
    return { kind: 'done', ids };
  });
}

const created = ({ id, words, slot, seriesId }: EventDraft): AuditEntry => ({
  action: 'create',
  kind: 'event',
  object: id,
  change: { title: words.title, series: seriesId, ...toldSlot(slot) },
});

const toldSlot = (slot: Partial<Booked> | undefined): object =>
  slot ? { agent: slot.agentId, start: isoOf(slot.startsAtMs), end: isoOf(slot.endsAtMs) } : {};

const isoOf = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : new Date(ms).toISOString();

/** Changes an event. Throws BadRequest for a time that is none. */
export function changeEvent(
  { database, audit, clock }: Needs,
  who: Who | undefined,
  id: string,
  patch: EventPatch,
  options: ScheduleOptions = {},
): Promise<Scheduled> {
  return withTimetable(database, async (within): Promise<Scheduled> => {
    const row = await within.selectFrom('events').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
    if (!row) return { kind: 'missing' };
    const next = patchedRow(row, patch, new Date(clock.nowMs()));
    const slot = patch.slot && wholeSlot(next);
    const conflicts = slot && !options.allowConflict ? await eventsAt(within, [slot], [id]) : [];
    if (conflicts.length > 0) return { kind: 'conflict', with: conflicts };
    await writeEvents(within, [next]);
    const { words, slot: moved, ...more } = patch;
    const change = { ...words, ...toldSlot(moved), ...more };
    await tell(audit, who, within, [{ action: 'update', kind: 'event', object: id, change }]);
    return { kind: 'done', ids: [id] };
  });
}

/** Where an event is to be. Throws BadRequest if that is no stretch of time in a hall. */
function wholeSlot({ agent, starts_at, ends_at }: NewEvent): Booked {
  const slot = slotOf({ agent: agent ?? null, starts_at: starts_at ?? null, ends_at: ends_at ?? null });
  if (!slot) throw new BadRequest('it is not scheduled yet: agent, start and end are needed');
  if (slot.endsAtMs <= slot.startsAtMs) throw new BadRequest('it must end after it begins');
  return slot;
}

/** Takes events out of the timetable. What was recorded of them goes too. */
export function removeEvents(
  { database, audit }: Needs,
  who: Who | undefined,
  ids: readonly string[],
): Promise<Scheduled> {
  return withTimetable(database, async (within): Promise<Scheduled> => {
    const gone = await within.deleteFrom('events').where('id', 'in', ids).returningAll().execute();
    if (gone.length === 0) return { kind: 'missing' };
    await tell(
      audit,
      who,
      within,
      gone.map((row) => ({
        action: 'delete',
        kind: 'event',
        object: row.id,
        change: { title: row.title, ...toldSlot(slotOf(row)) },
      })),
    );
    return { kind: 'done', ids: gone.map(({ id }) => id) };
  });
}

/** Takes out what ended `bufferMs` ago or longer and of which nothing was ever recorded. */
export async function removeOld(
  { database, audit, clock }: Needs,
  who: Who | undefined,
  bufferMs: number,
): Promise<void> {
  const old = await database
    .selectFrom('events')
    .select('id')
    .where('ends_at', '<', new Date(clock.nowMs() - bufferMs))
    .where('recording_state', 'is', null)
    .where('id', 'not in', database.selectFrom('event_versions').select('event'))
    .execute();
  if (old.length > 0)
    await removeEvents(
      { database, audit, clock },
      who,
      old.map(({ id }) => id),
    );
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

/** As many rows as one statement may have parameters for. */
const ROWS_AT_ONCE = 1000;

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

const WRITTEN = [
  ...(['series', 'title', 'terms', 'acl', 'agent', 'starts_at', 'ends_at', 'hall', 'inputs', 'workflow'] as const),
  ...(['workflow_configuration', 'agent_properties', 'source', 'source_key', 'modified_at'] as const),
] as const;

async function tell(
  audit: Audit,
  who: Who | undefined,
  within: Database,
  entries: readonly AuditEntry[],
): Promise<void> {
  for (let n = 0; n < entries.length; n += ROWS_AT_ONCE)
    await audit.tell(who, entries.slice(n, n + ROWS_AT_ONCE), within);
}
