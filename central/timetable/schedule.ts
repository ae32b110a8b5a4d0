import { sql } from 'kysely';
import type { Clock } from '@amphi/lib/runtime/clock.ts';
import { BadRequest } from '../catalogue/bad-request.ts';
import { patchedRow, rowOf, slotOf, type Booked, type EventDraft, type EventPatch } from '../catalogue/event-rows.ts';
import { checkSlot } from '../catalogue/lengths.ts';
import {
  deleteEvents,
  eventsAt,
  eventsNamed,
  lockEvent,
  makersOf,
  neverRecorded,
  writeEvents,
} from '../catalogue/events.ts';
import { tellAudit, type AuditEntry } from '../identity/audit.ts';
import type { Who } from '../identity/who.ts';
import type { Database } from '../store/connect.ts';
import type { DeletedBecause, EventRow, NewEvent } from '../store/tables.ts';
import { clashesOf } from './conflicts.ts';

/** Result of a change of the timetable: done, refused because other events have the hall, or no such event. */
export type Scheduled = { kind: 'done'; ids: string[] } | { kind: 'conflict'; with: EventRow[] } | { kind: 'missing' };

/** Settings of a change of the timetable. */
export interface ScheduleOptions {
  /**
   * Whether the event may overlap another one; `own`: where both were made by the same account, so that two can swap
   * halls.
   */
  allowConflict?: boolean | 'own';
}

/** Database, clock and settings that writing the timetable works with. */
export interface TimetableNeeds {
  database: Database;
  clock: Clock;
  config: {
    /** Workflow that begins after an ingest, where the event names none. */
    workflow: string;
  };
}

/** Changes the timetable in one transaction, while no other change runs: all of it is written, or nothing. */
export const withTimetable = <T>(database: Database, work: (within: Database) => Promise<T>): Promise<T> =>
  database.transaction().execute(async (within) => {
    await sql`select pg_advisory_xact_lock(hashtext('amphi timetable'))`.execute(within);
    return work(within);
  });

/** Adds events, all or none. Ids that exist already, and events that overlap others, are conflicts. */
export function addEvents(
  { database, config }: TimetableNeeds,
  who: Who | undefined,
  drafts: readonly EventDraft[],
  options: ScheduleOptions = {},
): Promise<Scheduled> {
  return withTimetable(database, async (within): Promise<Scheduled> => {
    const slots = drafts.flatMap(({ slot }) => slot ?? []);
    slots.forEach(checkSlot);
    const ids = drafts.map(({ id }) => id);
    const there = await eventsNamed(within, ids);
    if (there.length > 0) return { kind: 'conflict', with: there };
    const conflicts = options.allowConflict ? [] : await eventsAt(within, slots, []);
    if (conflicts.length > 0 || clashesOf(slots, 1).length > 0) return { kind: 'conflict', with: conflicts };
    const rows = drafts.map((draft) => rowOf({ ...draft, workflow: draft.workflow ?? config.workflow }));
    await writeEvents(within, rows);
    await tellAudit(within, who, drafts.map(created));
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
export const changeEvent = (
  { database, clock }: Pick<TimetableNeeds, 'database' | 'clock'>,
  who: Who | undefined,
  id: string,
  patch: EventPatch,
  options: ScheduleOptions = {},
): Promise<Scheduled> =>
  withTimetable(database, (within) => changeEventWithin(within, { nowMs: clock.nowMs(), who, id, patch, options }));

/** Change of an event that is a part of a larger one. */
export interface EventChange {
  nowMs: number;
  who: Who | undefined;
  id: string;
  patch: EventPatch;
  options?: ScheduleOptions;
}

/** The same, as a part of a transaction of `withTimetable`. */
export async function changeEventWithin(
  within: Database,
  { nowMs, who, id, patch, options = {} }: EventChange,
): Promise<Scheduled> {
  const row = await lockEvent(within, id);
  if (!row) return { kind: 'missing' };
  const next = patchedRow(row, patch, new Date(nowMs));
  // The time and hall are checked for conflicts only if they change: an event whose conflict was allowed before may
  // be written back.
  const slot = patch.slot && !isSameSlot(row, next) ? wholeSlot(next) : undefined;
  const conflicts = slot && options.allowConflict !== true ? await eventsAt(within, [slot], [id]) : [];
  if (conflicts.length > 0 && !(await areAllOf(within, who, options, [row, ...conflicts])))
    return { kind: 'conflict', with: conflicts };
  await writeEvents(within, [next]);
  const { words, slot: moved, ...more } = patch;
  const change = { ...words, ...toldSlot(moved), ...more };
  await tellAudit(within, who, { action: 'update', kind: 'event', object: id, change });
  return { kind: 'done', ids: [id] };
}

const isSameSlot = (row: EventRow, next: NewEvent): boolean =>
  row.agent === next.agent &&
  +(row.starts_at ?? 0) === +(next.starts_at ?? 0) &&
  +(row.ends_at ?? 0) === +(next.ends_at ?? 0);

/** Whether these events may overlap because all of them were made by this account. */
async function areAllOf(
  within: Database,
  who: Who | undefined,
  { allowConflict }: ScheduleOptions,
  rows: readonly EventRow[],
): Promise<boolean> {
  if (allowConflict !== 'own' || !who) return false;
  const makers = await makersOf(
    within,
    rows.map(({ id }) => id),
  );
  return rows.every(({ id }) => makers.get(id) === who.name);
}

/**
 * Hall and times of an event. Throws BadRequest if it is not scheduled, or not for a length of time that a lecture can
 * have.
 */
function wholeSlot({ agent, starts_at, ends_at }: NewEvent): Booked {
  const slot = slotOf({ agent: agent ?? null, starts_at: starts_at ?? null, ends_at: ends_at ?? null });
  if (!slot) throw new BadRequest('it is not scheduled yet: agent, start and end are needed');
  checkSlot(slot);
  return slot;
}

/** Removes events from the timetable, with what was recorded of them. */
export function removeEvents(
  { database }: Pick<TimetableNeeds, 'database'>,
  who: Who | undefined,
  ids: readonly string[],
  because?: DeletedBecause,
): Promise<Scheduled> {
  return withTimetable(database, async (within): Promise<Scheduled> => {
    const gone = await deleteEvents(within, ids, who, because);
    if (gone.length === 0) return { kind: 'missing' };
    await tellAudit(within, who, gone.map(removed));
    return { kind: 'done', ids: gone.map(({ id }) => id) };
  });
}

const removed = (row: EventRow): AuditEntry => ({
  action: 'delete',
  kind: 'event',
  object: row.id,
  change: { title: row.title, ...toldSlot(slotOf(row)) },
});

/** Removes events that ended at least `bufferMs` ago and of which nothing was ever recorded. */
export async function removeOld(
  { database, clock }: Pick<TimetableNeeds, 'database' | 'clock'>,
  who: Who | undefined,
  bufferMs: number,
): Promise<void> {
  const old = await neverRecorded(database, clock.nowMs() - bufferMs);
  if (old.length > 0) await removeEvents({ database }, who, old, 'over');
}
