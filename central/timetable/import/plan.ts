import type { Zone } from '@amphi/lib/calendar/zones/zoned-time.ts';
import { clashesOf } from '../conflicts.ts';
import { cancelledByHand } from './by-hand.ts';
import { goneEvents, type Gone } from './gone.ts';
import type { CancelledEvent, Known, KnownEvent, KnownHall, KnownSeries } from './known.ts';
import { clockOf, dayOf, type Mistake, type Reading } from './lecture.ts';
import { matchLectures, UNNAMED, type Match } from './match.ts';
import { freeName, nameOf } from './names.ts';
import { resolveLectures, type UnknownHalls, type Wanted } from './wanted.ts';

/** One thing that an import does to an event; `keep`: nothing. */
export type Step =
  | { what: 'create'; wanted: Wanted; restores?: CancelledEvent }
  | { what: 'change'; wanted: Wanted; event: KnownEvent; fields: string[] }
  | { what: 'keep'; wanted: Wanted; event: KnownEvent }
  | { what: 'cancel'; event: KnownEvent; line?: number };

/** A lecture that wants a hall at a time when another event has it. */
export interface Conflict extends Mistake {
  other: { id?: string; line?: number; title: string; agentId: string; startsAtMs: number; endsAtMs: number };
}

/** Everything that an import would do. */
export interface ImportPlan {
  /** How many lectures the file has. */
  lectures: number;
  steps: Step[];
  /** Mistakes in the file; with one of them, or one conflict, nothing is done. */
  mistakes: Mistake[];
  conflicts: Conflict[];
  notes: string[];
  newSeries: KnownSeries[];
  newHalls: KnownHall[];
  /** Events of earlier imports that this file should name, and does not. */
  missing: KnownEvent[];
  /** Lectures that are not made again, since they were cancelled by hand. */
  byHand: { wanted: Wanted; event: CancelledEvent }[];
}

/** Settings of a plan. */
export interface PlanOptions {
  zone: Zone;
  nowMs: number;
  unknownHalls: UnknownHalls;
  /** Whether events that the file no longer names are cancelled. */
  cancelMissing: boolean;
  /** Whether they are cancelled even if more are missing than are left. */
  evenMost?: boolean;
  /** Whether lectures that were cancelled by hand are made again. */
  restore?: boolean;
  /** Name of the file. */
  source?: string | undefined;
  newSeriesId: () => string;
}

/** Plans what an import does to the events of the server. Pure: nothing is changed here. */
export function planImport(reading: Reading, known: Known, options: PlanOptions): ImportPlan {
  const resolved = resolveLectures(reading.lectures, known, options);
  const mistakes = [...reading.mistakes, ...resolved.mistakes, ...doubles(resolved.wanted)];
  const matches = withFreeNames(
    matchLectures(resolved.wanted, known.events, options.zone, options.source),
    known.events,
  );
  mistakes.push(...matches.flatMap((match) => moveOfRecorded(match, options.zone)));
  const gone = goneEvents(matches, known.events, options);
  mistakes.push(...tooMany(gone, options));
  const cancelled = [...gone.cancelled, ...(options.cancelMissing ? gone.missing : [])];
  const held = cancelledByHand(matches, known.cancelled ?? []);
  const steps = [
    ...matches.flatMap((match) => stepOf(match, held.get(match.wanted), options)),
    ...cancelled.map((event): Step => ({ what: 'cancel', event })),
  ];
  return {
    lectures: reading.lectures.length,
    steps,
    mistakes: mistakes.toSorted((one, other) => one.line - other.line),
    conflicts: conflictsOf(steps, known.events, options.zone),
    notes: [...reading.notes, ...notesOf(resolved.skipped, matches, options), ...doubtOf(gone, options)],
    newSeries: resolved.newSeries,
    newHalls: resolved.newHalls,
    missing: options.cancelMissing ? [] : gone.missing,
    byHand: options.restore ? [] : [...held].map(([wanted, event]) => ({ wanted, event })),
  };
}

const doubt = ({ missing }: Gone): string =>
  `${missing.length} lectures to come of earlier imports are missing, more than are there: is it the right file, and whole?`;

/** The mistake that stops an import which would cancel too many lectures, unless that is allowed (`evenMost`). */
const tooMany = (gone: Gone, { cancelMissing, evenMost }: PlanOptions): Mistake[] =>
  gone.isDoubtful && cancelMissing && !evenMost
    ? [{ line: 1, message: `${doubt(gone)} --even-most (evenMost) cancels them all the same` }]
    : [];

const doubtOf = (gone: Gone, { cancelMissing }: PlanOptions): string[] =>
  gone.isDoubtful && !cancelMissing ? [doubt(gone)] : [];

/**
 * Gives a lecture another name where an event of another calendar already has its name; the lecture keeps it in later
 * imports.
 */
function withFreeNames(matches: readonly Match[], events: readonly KnownEvent[]): Match[] {
  const owners = new Map(events.flatMap((event) => (event.importKey ? [[event.importKey, event] as const] : [])));
  const given = new Set<string>();
  return matches.map(({ wanted, event }) => {
    const { importKey } = wanted;
    if (importKey === undefined) return { wanted, ...(event ? { event } : {}) };
    const isTaken = (name: string): boolean => given.has(name) || (owners.get(name) ?? event) !== event;
    const own = event?.importKey;
    const name = own !== undefined && nameOf(own) === importKey ? own : freeName(importKey, isTaken);
    given.add(name);
    return { wanted: { ...wanted, importKey: name }, ...(event ? { event } : {}) };
  });
}

/** Mistakes for lines with the same identifier, and for lines that say the same. */
function doubles(lectures: readonly Wanted[]): Mistake[] {
  const words = ({ importKey, agentId, startsAtMs, endsAtMs, title, seriesId }: Wanted): string =>
    importKey ?? JSON.stringify([agentId, startsAtMs, endsAtMs, title, seriesId]);
  return [...Map.groupBy(lectures, words).values()].flatMap(([first, ...more]) =>
    more.map(({ line, importKey }) => {
      const same = importKey === undefined ? 'says the same as' : `has the same identifier (${importKey}) as`;
      return { line, message: `this line ${same} line ${first?.line}` };
    }),
  );
}

function moveOfRecorded({ wanted, event }: Match, zone: Zone): Mistake[] {
  if (!event?.recorded || !(wanted.cancelled || fieldsOf(wanted, event).some((field) => MOVES.has(field)))) return [];
  const where = `${event.agentId} on ${dayOf(zone, event.startsAtMs)} at ${clockOf(zone, event.startsAtMs)}`;
  return [{ line: wanted.line, message: `"${event.title}" was recorded in ${where}: that can no longer change` }];
}

const MOVES = new Set(['hall', 'start', 'end']);

/** Fields in which the file differs from the event; fields that the file does not give stay. */
function fieldsOf(wanted: Wanted, event: KnownEvent): string[] {
  const differs = (field: 'description' | 'language' | 'seriesId'): boolean =>
    wanted[field] !== undefined && wanted[field] !== event[field];
  return [
    ...(wanted.agentId === event.agentId ? [] : ['hall']),
    ...(wanted.startsAtMs === event.startsAtMs ? [] : ['start']),
    ...(wanted.endsAtMs === event.endsAtMs ? [] : ['end']),
    ...(wanted.title === event.title ? [] : ['title']),
    ...(differs('seriesId') ? ['series'] : []),
    ...(wanted.presenters && wanted.presenters.join('\n') !== event.presenters.join('\n') ? ['presenters'] : []),
    ...(differs('description') ? ['description'] : []),
    ...(differs('language') ? ['language'] : []),
  ];
}

function stepOf({ wanted, event }: Match, held: CancelledEvent | undefined, { restore }: PlanOptions): Step[] {
  if (wanted.cancelled) return event ? [{ what: 'cancel', event, line: wanted.line }] : [];
  if (held) return restore ? [{ what: 'create', wanted, restores: held }] : [];
  if (!event) return [{ what: 'create', wanted }];
  const fields = fieldsOf(wanted, event);
  return [fields.length > 0 ? { what: 'change', wanted, event, fields } : { what: 'keep', wanted, event }];
}

function notesOf(skipped: number, matches: readonly Match[], { zone, nowMs }: PlanOptions): string[] {
  const past = matches.filter(({ wanted, event }) => !event && !wanted.cancelled && wanted.endsAtMs <= nowMs);
  const first = past[0]?.wanted;
  return [
    ...(skipped > 0 ? [`${skipped} left out: nobody records in their halls`] : []),
    ...(first
      ? [`${past.length} are in the past (the first on ${dayOf(zone, first.startsAtMs)}): they are not recorded`]
      : []),
  ];
}

interface Standing {
  agentId: string;
  startsAtMs: number;
  endsAtMs: number;
  title: string;
  id?: string;
  line?: number;
  /** Whether this import puts the event there. */
  moves: boolean;
}

/** Overlaps that there would be after the import, where at least one of the two is put there by it. */
function conflictsOf(steps: readonly Step[], events: readonly KnownEvent[], zone: Zone): Conflict[] {
  const touched = new Set(steps.flatMap((step) => (step.what === 'create' ? [] : [step.event])));
  const standing: Standing[] = [
    ...events.filter((event) => !touched.has(event)).map((event) => ({ ...event, moves: false })),
    ...steps.flatMap((step): Standing[] => {
      if (step.what === 'cancel') return [];
      const { agentId, startsAtMs, endsAtMs, title, line } = step.wanted;
      const id = step.what === 'create' ? {} : { id: step.event.id };
      const moves = step.what === 'create' || (step.what === 'change' && step.fields.some((field) => MOVES.has(field)));
      return [{ agentId, startsAtMs, endsAtMs, title, line, ...id, moves }];
    }),
  ];
  return clashesOf(standing, 10_000)
    .filter(({ earlier, later }) => earlier.moves || later.moves)
    .map(({ earlier, later }) => conflictOf(earlier, later, zone))
    .toSorted((one, other) => one.line - other.line);
}

function conflictOf(earlier: Standing, later: Standing, zone: Zone): Conflict {
  const [mine, other] =
    !earlier.moves || (later.moves && (later.line ?? 0) > (earlier.line ?? 0)) ? [later, earlier] : [earlier, later];
  const { id, line, title, agentId, startsAtMs, endsAtMs } = other;
  const from = `${dayOf(zone, startsAtMs)} ${clockOf(zone, startsAtMs)}`;
  const by = line === undefined ? `the event ${id}` : `line ${line}`;
  return {
    line: mine.line ?? 0,
    message: `"${mine.title}" wants ${agentId} at ${clockOf(zone, mine.startsAtMs)}, but "${title}" has it from ${from} to ${clockOf(zone, endsAtMs)} (${by})`,
    other: { ...(id ? { id } : {}), ...(line === undefined ? {} : { line }), title, agentId, startsAtMs, endsAtMs },
  };
}

/** Name by which the next import finds the event again. */
export const importKeyOf = ({ importKey }: Wanted, eventId: string): string => importKey ?? `${UNNAMED}${eventId}`;
