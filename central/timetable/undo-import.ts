import type { Zone } from '@amphi/lib/calendar/zones/zoned-time.ts';
import { rowOfKept, slotOf, type Booked } from '../catalogue/event-rows.ts';
import { deleteEvents, eventsAt, eventsNamed, ingestedAmong, writeEvents } from '../catalogue/events.ts';
import {
  changesOfImport,
  eventsByName,
  importNamed,
  lastImports,
  markUndone,
  type ImportedEvent,
  type KeptImport,
} from '../catalogue/imports/imports.ts';
import { deleteEmptySeries } from '../catalogue/series.ts';
import { tellAudit, type AuditEntry } from '../identity/audit.ts';
import type { Who } from '../identity/who.ts';
import type { Database } from '../store/connect.ts';
import { json, type EventRow, type NewEvent } from '../store/tables.ts';
import type { Roster } from '../agents/roster.ts';
import { withTimetable, type TimetableNeeds } from './schedule.ts';
import { hallsToRemove, removeHalls, type UndoneHalls } from './undo-halls.ts';
import { placeOf, type Place } from './import/report.ts';

/** Reason why an event stays as it is when its import is undone. */
export type Left =
  /** The event was recorded, or has begun. */
  | 'recorded'
  /** A later import named the event. */
  | 'later'
  /** The event was cancelled since, or put back. */
  | 'deleted'
  /** The event would take place in the past. */
  | 'past';

/** What undoing an import does to one event. */
export type UndoStep =
  | { what: 'remove'; event: EventRow; changedSince: boolean }
  | { what: 'restore'; event: EventRow; to: EventRow; changedSince: boolean }
  | { what: 'putBack'; to: EventRow }
  | { what: 'leave'; event: EventRow; why: Left };

/** An event as it is now, and what an import did to it. */
export interface Touched {
  what: ImportedEvent['what'];
  before: EventRow | undefined;
  now: EventRow | undefined;
  /** Whether a recording of it was ingested. */
  isIngested: boolean;
  /** Whether no later import named it, and no other event has its name. */
  isLast: boolean;
}

/**
 * What undoing does to an event; undefined: nothing is left to undo. An event that has begun stays, since it may be
 * recorded at this moment.
 */
export function undoStep(
  { what, before, now, isIngested, isLast }: Touched,
  { nowMs, importedAtMs }: { nowMs: number; importedAtMs: number },
): UndoStep | undefined {
  if (what === 'cancelled') {
    if (!before) return undefined;
    if (now) return { what: 'leave', event: now, why: 'deleted' };
    if (!isLast) return { what: 'leave', event: before, why: 'later' };
    return isOver(before, nowMs) ? { what: 'leave', event: before, why: 'past' } : { what: 'putBack', to: before };
  }
  if (!now) return before && { what: 'leave', event: before, why: 'deleted' };
  if (!isLast) return { what: 'leave', event: now, why: 'later' };
  if (isIngested || now.recording_state !== null || hasBegun(now, nowMs))
    return { what: 'leave', event: now, why: 'recorded' };
  const changedSince = now.modified_at.getTime() > importedAtMs;
  if (what === 'created') return { what: 'remove', event: now, changedSince };
  if (!before) return undefined;
  if (hasBegun(before, nowMs)) return { what: 'leave', event: now, why: 'past' };
  return { what: 'restore', event: now, to: before, changedSince };
}

const hasBegun = ({ starts_at }: EventRow, nowMs: number): boolean => starts_at !== null && +starts_at <= nowMs;
const isOver = ({ ends_at }: EventRow, nowMs: number): boolean => ends_at !== null && +ends_at <= nowMs;

/** One event in the report of undoing an import. */
export interface UndoneEvent extends Place {
  id: string;
  title: string;
}

/** Result of undoing an import, or of trying that, as JSON. */
export interface UndoReport {
  import: { id: number; at: string; by: string | null; source: string };
  dryRun: boolean;
  /** Whether it was done: never if other events have the halls. */
  applied: boolean;
  timeZone: string;
  removed: (UndoneEvent & { changedSince: boolean })[];
  /** Events that are again as before the import; `was`: as they are until now. */
  restored: (UndoneEvent & { changedSince: boolean; was: UndoneEvent })[];
  /** Events that the import had cancelled, and that are put back. */
  putBack: UndoneEvent[];
  left: (UndoneEvent & { why: Left })[];
  /** Halls that the import made. */
  halls: UndoneHalls;
  /** Other events at the times and in the halls of events that return; with one of them nothing is done. */
  conflicts: UndoneEvent[];
}

/** Result of undoing an import, or why it was not possible. */
export type Undone =
  | { kind: 'told'; report: UndoReport }
  | { kind: 'missing' }
  | { kind: 'undone already'; of: KeptImport };

/**
 * Undoes an import as a whole, or reports what that would do: events that it made are removed, those that it changed
 * are as before, those that it cancelled are put back. Events that were recorded, have begun, or were named by a later
 * import stay.
 */
export async function undoImport(
  { database, clock, roster }: Pick<TimetableNeeds, 'database' | 'clock'> & { roster: Roster },
  who: Who | undefined,
  id: number,
  { dryRun, zone }: { dryRun: boolean; zone: Zone },
): Promise<Undone> {
  const work = async (within: Database): Promise<Undone> => {
    const of = await importNamed(within, id);
    if (!of) return { kind: 'missing' };
    if (of.undone_at) return { kind: 'undone already', of };
    const nowMs = clock.nowMs();
    const steps = await stepsOf(within, of, nowMs);
    const others = await othersInTheWay(within, steps);
    const isDone = !dryRun && others.length === 0;
    const halls = await hallsToRemove(within, roster, of.new_halls, { events: movedOf(steps), slots: slotsOf(steps) });
    if (isDone) await follow(within, who, of, { steps, halls: halls.removed, now: new Date(nowMs) });
    return { kind: 'told', report: reportOf(of, steps, others, { dryRun, applied: isDone, zone, halls }) };
  };
  if (dryRun) return work(database);
  const done = await withTimetable(database, work);
  if (done.kind === 'told' && done.report.applied) await removeHalls(roster, done.report.halls.removed);
  return done;
}

async function stepsOf(within: Database, of: KeptImport, nowMs: number): Promise<UndoStep[]> {
  const changes = await changesOfImport(within, of.id);
  const ids = changes.map(({ event }) => event);
  const rows = new Map((await eventsNamed(within, ids)).map((row) => [row.id, row]));
  const ingested = await ingestedAmong(within, ids);
  const last = await lastImports(within, { events: ids });
  const names = await eventsByName(
    within,
    changes.flatMap(({ before }) => before?.source_key ?? []),
  );
  return changes.flatMap(({ event, what, before }) => {
    const touched: Touched = {
      what,
      before: before ? rowOfKept(before) : undefined,
      now: rows.get(event),
      isIngested: ingested.has(event),
      isLast: (last.get(event)?.id ?? of.id) === of.id && (names.get(before?.source_key ?? '') ?? event) === event,
    };
    return undoStep(touched, { nowMs, importedAtMs: of.at.getTime() }) ?? [];
  });
}

/** Times and halls that events return to. */
const slotsOf = (steps: readonly UndoStep[]): Booked[] =>
  steps.flatMap((step) => (step.what === 'restore' || step.what === 'putBack' ? (slotOf(step.to) ?? []) : []));

/** Ids of the events that are removed or moved. */
const movedOf = (steps: readonly UndoStep[]): string[] =>
  steps.flatMap((step) => (step.what === 'remove' || step.what === 'restore' ? [step.event.id] : []));

const othersInTheWay = (within: Database, steps: readonly UndoStep[]): Promise<EventRow[]> =>
  eventsAt(within, slotsOf(steps), movedOf(steps));

async function follow(
  within: Database,
  who: Who | undefined,
  { id, new_series }: KeptImport,
  { steps, halls, now }: { steps: readonly UndoStep[]; halls: readonly string[]; now: Date },
): Promise<void> {
  const gone = steps.flatMap((step) => (step.what === 'remove' ? [step.event.id] : []));
  await deleteEvents(within, gone, who, 'undo');
  await writeEvents(
    within,
    steps.flatMap((step) => (step.what === 'restore' || step.what === 'putBack' ? [written(step.to, now)] : [])),
  );
  const emptied = await deleteEmptySeries(within, new_series);
  await markUndone(within, who, id, now);
  await tellAudit(within, who, [
    { action: 'undo', kind: 'import', object: String(id) },
    ...emptied.map((object) => ({ action: 'delete', kind: 'series', object, change: { undone: id } })),
    ...halls.map((object) => ({ action: 'delete', kind: 'agent', object, change: { undone: id } })),
    ...steps.flatMap((step) => entryOf(step, id)),
  ]);
}

const written = (row: EventRow, now: Date): NewEvent => ({
  ...row,
  terms: json(row.terms),
  acl: json(row.acl),
  workflow_configuration: json(row.workflow_configuration),
  agent_properties: json(row.agent_properties),
  modified_at: now,
});

const ACTIONS = { remove: 'delete', restore: 'update', putBack: 'create' } as const;

function entryOf(step: UndoStep, id: number): AuditEntry[] {
  if (step.what === 'leave') return [];
  const { id: object, title } = step.what === 'remove' ? step.event : step.to;
  return [{ action: ACTIONS[step.what], kind: 'event', object, change: { undone: id, title } }];
}

function reportOf(
  of: KeptImport,
  steps: readonly UndoStep[],
  others: readonly EventRow[],
  { dryRun, applied, zone, halls }: { dryRun: boolean; applied: boolean; zone: Zone; halls: UndoneHalls },
): UndoReport {
  const told = (row: EventRow): UndoneEvent => ({ id: row.id, title: row.title, ...placeIn(row, zone) });
  return {
    import: importJson(of),
    dryRun,
    applied,
    timeZone: zone.name,
    removed: steps.flatMap((step) =>
      step.what === 'remove' ? [{ ...told(step.event), changedSince: step.changedSince }] : [],
    ),
    restored: steps.flatMap((step) =>
      step.what === 'restore' ? [{ ...told(step.to), changedSince: step.changedSince, was: told(step.event) }] : [],
    ),
    putBack: steps.flatMap((step) => (step.what === 'putBack' ? [told(step.to)] : [])),
    left: steps.flatMap((step) => (step.what === 'leave' ? [{ ...told(step.event), why: step.why }] : [])),
    halls,
    conflicts: others.map(told),
  };
}

/** Time, account and file of an import, as JSON. */
export const importJson = ({ id, at, account, source }: KeptImport): UndoReport['import'] => ({
  id,
  at: at.toISOString(),
  by: account,
  source,
});

function placeIn(row: EventRow, zone: Zone): Place {
  const slot = slotOf(row);
  return slot ? placeOf(slot, zone) : { hall: '', date: '', start: '', end: '' };
}
