import { randomUUID } from 'node:crypto';
import type { Zone } from '@amphi/lib/calendar/zones/zoned-time.ts';
import { hallsOfAgents } from '../../agents/halls.ts';
import {
  patchedRow,
  rowOf,
  rowOfKept,
  slotOf,
  termsFrom,
  wordsOf,
  type EventPatch,
} from '../../catalogue/event-rows.ts';
import { deleteEvents, writeEvents } from '../../catalogue/events.ts';
import { eventsForImport } from '../../catalogue/imports/imported-events.ts';
import { importedAndDeleted, keepImport, lastImports, type ImportedEvent } from '../../catalogue/imports/imports.ts';
import { insertSeries, seriesTitles } from '../../catalogue/series.ts';
import { tellAudit, type AuditEntry } from '../../identity/audit.ts';
import type { Who } from '../../identity/who.ts';
import type { Database } from '../../store/connect.ts';
import type { EventRow, KeptRow } from '../../store/tables.ts';
import type { TimetableNeeds } from '../schedule.ts';
import type { CancelledEvent, Known, KnownEvent } from './known.ts';
import type { Reading } from './lecture.ts';
import { namesOf } from './names.ts';
import { importKeyOf, type ImportPlan, type Step } from './plan.ts';
import type { Wanted } from './wanted.ts';

/** Value of `source` for events that were imported. */
export const IMPORTED = 'import';
const DAY_MS = 86_400_000;

/** Events, halls and series of the server that a file may be about, and the rows of these events. */
export interface Loaded {
  known: Known;
  rows: Map<string, EventRow>;
}

/**
 * Loads what an import needs to know: all events from the first day of the file or from now on, and those that the file
 * names.
 */
export async function loadKnown(
  database: Database,
  { lectures }: Reading,
  { nowMs, zone }: { nowMs: number; zone: Zone },
): Promise<Loaded> {
  const fromMs = lectures.reduce((least, { startsAtMs }) => Math.min(least, startsAtMs), nowMs) - DAY_MS;
  const events = await eventsForImport(database, {
    endsAfterMs: fromMs,
    source: IMPORTED,
    keys: keysOf(lectures, zone),
  });
  const last = await lastImports(database, { endsAfterMs: fromMs });
  const deleted = await importedAndDeleted(database, { endsAfterMs: fromMs, source: IMPORTED });
  const agents = await hallsOfAgents(database);
  const series = await seriesTitles(database);
  return {
    known: {
      events: events.flatMap((row) => knownEvent(row, row.ingested, last.get(row.id)?.source)),
      cancelled: deleted.flatMap(({ event, deleted_at, deleted_by }) =>
        cancelledEvent(event, deleted_at, deleted_by ?? ''),
      ),
      halls: agents.map(({ agentId, hall, title }) => ({
        agentId,
        names: [hall, title].filter((name) => name !== null),
      })),
      series,
    },
    rows: new Map(events.map(({ ingested: _ingested, ...row }) => [row.id, row])),
  };
}

const keysOf = (lectures: Reading['lectures'], zone: Zone): string[] => [
  ...new Set(lectures.flatMap(({ key }) => (key === undefined ? [] : namesOf(key, zone)))),
];

function cancelledEvent(row: KeptRow, at: Date, by: string): CancelledEvent[] {
  const [event] = knownEvent(rowOfKept(row), false);
  return event ? [{ ...event, cancelledAtMs: at.getTime(), by }] : [];
}

function knownEvent(row: EventRow, ingested: boolean, source?: string): KnownEvent[] {
  const slot = slotOf(row);
  if (!slot) return [];
  const { creators, description, language } = wordsOf(row);
  const importKey = row.source === IMPORTED ? row.source_key : null;
  return [
    {
      id: row.id,
      title: row.title,
      presenters: creators,
      ...slot,
      recorded: ingested || row.recording_state !== null,
      ...(row.series ? { seriesId: row.series } : {}),
      ...(description ? { description } : {}),
      ...(language ? { language } : {}),
      ...(importKey ? { importKey } : {}),
      ...(source ? { source } : {}),
    },
  ];
}

/** Clock, configuration and rows that carrying out a plan works with. */
interface Carrying extends Pick<TimetableNeeds, 'clock' | 'config'> {
  rows: ReadonlyMap<string, EventRow>;
  /** Name of the file; '': it has none. */
  source: string;
}

/**
 * Carries out a plan without mistakes and conflicts, inside a transaction; new halls are not made here. Gives the ids
 * of the events, one for each step, and the id of the import; undefined where the import changed nothing.
 */
export async function carryOut(
  within: Database,
  plan: ImportPlan,
  { rows, source, clock, config }: Carrying,
  who: Who | undefined,
): Promise<{ ids: string[]; importId: number | undefined }> {
  const now = new Date(clock.nowMs());
  await insertSeries(
    within,
    plan.newSeries.map(({ id, title }) => ({ id, title, terms: termsFrom({ title }), acl: [] })),
  );
  const done = plan.steps.map((step) => ({ step, id: idOf(step) }));
  const gone = done.filter(({ step }) => step.what === 'cancel').map(({ id }) => id);
  await deleteEvents(within, gone, who, 'import');
  await writeEvents(
    within,
    done.flatMap(({ step, id }) => rowAfter(step, id, rows.get(id), { now, workflow: config.workflow })),
  );
  await tellAudit(within, who, entriesOf(plan, done));
  const ids = done.map(({ id }) => id);
  if (isNoNews(plan, source)) return { ids, importId: undefined };
  const newSeries = plan.newSeries.map(({ id }) => id);
  const newHalls = plan.newHalls.map(({ agentId }) => agentId);
  const events = done.map(({ step, id }) => importedEvent(step, id, rows.get(id)));
  return { ids, importId: await keepImport(within, who, { at: now, source, newSeries, newHalls, events }) };
}

/**
 * The id of the event of a step. A lecture that is made again gets its old id, so that a recording that comes late
 * finds its event.
 */
const idOf = (step: Step): string => (step.what === 'create' ? (step.restores?.id ?? randomUUID()) : step.event.id);

/**
 * Whether an import changed nothing, and all its events were named last by the same file. It is not kept then: hourly
 * imports would push out those that changed something.
 */
const isNoNews = ({ steps }: ImportPlan, source: string): boolean =>
  source !== '' && steps.every((step) => step.what === 'keep' && step.event.source === source);

const DONE = { create: 'created', change: 'changed', keep: 'kept', cancel: 'cancelled' } as const;

const importedEvent = ({ what }: Step, event: string, before: EventRow | undefined): ImportedEvent => ({
  event,
  what: DONE[what],
  ...(what === 'change' || what === 'cancel' ? { before } : {}),
});

function rowAfter(
  step: Step,
  id: string,
  row: EventRow | undefined,
  { now, workflow }: { now: Date; workflow: string },
) {
  if (step.what === 'cancel') return [];
  const imported = { source: IMPORTED, key: importKeyOf(step.wanted, id) };
  const { seriesId, agentId, startsAtMs, endsAtMs } = step.wanted;
  const slot = { agentId, startsAtMs, endsAtMs };
  if (step.what === 'create') {
    const made = rowOf({ id, words: saidBy(step.wanted), seriesId, slot, workflow, imported });
    return [{ ...made, modified_at: now }];
  }
  const isSame = step.what === 'keep' && row?.source_key === imported.key;
  if (!row || isSame) return [];
  const patch: EventPatch = { words: saidBy(step.wanted), seriesId, slot, imported };
  return [patchedRow(row, patch, now)];
}

const saidBy = ({ title, presenters, description, language }: Wanted) => ({
  title,
  ...(presenters ? { creators: presenters } : {}),
  ...(description ? { description } : {}),
  ...(language ? { language } : {}),
});

function entriesOf(plan: ImportPlan, done: readonly { step: Step; id: string }[]): AuditEntry[] {
  const action = { create: 'create', change: 'update', cancel: 'delete' } as const;
  return [
    ...plan.newHalls.map(({ agentId }) => ({ action: 'create', kind: 'agent', object: agentId })),
    ...plan.newSeries.map(({ id, title }) => ({ action: 'create', kind: 'series', object: id, change: { title } })),
    ...done.flatMap(({ step, id }): AuditEntry[] => {
      if (step.what === 'keep') return [];
      const { title, agentId, startsAtMs } = step.what === 'cancel' ? step.event : step.wanted;
      const change = { imported: true, title, agent: agentId, start: new Date(startsAtMs).toISOString() };
      return [{ action: action[step.what], kind: 'event', object: id, change }];
    }),
  ];
}
