import { calendars } from '@amphi/lib/sentences/calendars.ts';
import { imports } from '@amphi/lib/sentences/imports.ts';
import { openKeys, type Sentence } from '@amphi/lib/sentences/sentence.ts';
import type { Zone } from '@amphi/lib/calendar/zones/zoned-time.ts';
import type { KnownHall, KnownSeries } from './known.ts';
import { clockOf, dayOf, type Mistake } from './lecture.ts';
import type { Conflict, ImportPlan, Step } from './plan.ts';

/** Hall, day and time of a lecture, on the clock of the hall. */
export interface Place {
  hall: string;
  /** `2016-09-12` */
  date: string;
  /** `08:30` */
  start: string;
  end: string;
}

/** One event that an import makes, changes or cancels. */
export interface Change extends Place {
  what: 'created' | 'changed' | 'cancelled';
  /** Line in the file; undefined if the file no longer names it. */
  line?: number;
  /** Id of the event; undefined for a new one that is not made yet. */
  id?: string;
  title: string;
  /**
   * Names of the fields that change: `hall`, `start`, `end`, `title`, `series`, `presenters`, `description`,
   * `language`.
   */
  fields?: string[];
  was?: Place & { title: string };
}

/** Result of an import, or of trying one, as JSON. */
export interface ImportReport {
  dryRun: boolean;
  /** Whether anything was written: never if there are mistakes or conflicts. */
  applied: boolean;
  /** Id by which the import can be undone; undefined where it changed nothing. */
  importId?: number;
  /** Time zone in which the times of the file were read, and in which times stand here. */
  timeZone: string;
  counts: { lectures: number; created: number; changed: number; unchanged: number; cancelled: number };
  mistakes: readonly Mistake[];
  conflicts: readonly Conflict[];
  changes: Change[];
  newSeries: readonly KnownSeries[];
  newHalls: readonly KnownHall[];
  /** Events of an earlier import that the file no longer names, and that were left as they are. */
  missing: (Place & { id: string; title: string })[];
  /** Lectures of the file that were cancelled by hand: they are not made again. */
  cancelledByHand: (Place & { line: number; title: string; by: string; on: string })[];
  notes: readonly string[];
  /**
   * Notes, mistakes and conflicts as keys with values, to be written in another language: in the order of each list,
   * null for one without a key.
   */
  said: Record<'notes' | 'mistakes' | 'conflicts', (Sentence | null)[]>;
}

const keys = openKeys({ ...imports, ...calendars });
const saidOf = (text: string): Sentence | null => keys.keyed(text) ?? null;

/** The report of a plan; `ids` are the events of its steps, once it was carried out. */
export function reportOf(
  plan: ImportPlan,
  {
    dryRun,
    zone,
    notes,
    ids,
    importId,
  }: {
    dryRun: boolean;
    zone: Zone;
    notes: readonly string[];
    ids?: readonly string[] | undefined;
    importId?: number | undefined;
  },
): ImportReport {
  const count = (what: Step['what']): number => plan.steps.filter((step) => step.what === what).length;
  return {
    dryRun,
    applied: ids !== undefined,
    ...(importId === undefined ? {} : { importId }),
    timeZone: zone.name,
    counts: {
      lectures: plan.lectures,
      created: count('create'),
      changed: count('change'),
      unchanged: count('keep'),
      cancelled: count('cancel'),
    },
    mistakes: plan.mistakes,
    conflicts: plan.conflicts,
    changes: plan.steps.flatMap((step, n) => changeOf(step, ids?.[n], zone)),
    newSeries: plan.newSeries,
    newHalls: plan.newHalls,
    missing: plan.missing.map((event) => ({ id: event.id, title: event.title, ...placeOf(event, zone) })),
    cancelledByHand: plan.byHand.map(({ wanted, event }) => ({
      line: wanted.line,
      title: wanted.title,
      ...placeOf(wanted, zone),
      by: event.by,
      on: dayOf(zone, event.cancelledAtMs),
    })),
    notes: [...notes, ...plan.notes],
    said: {
      notes: [...notes, ...plan.notes].map(saidOf),
      mistakes: plan.mistakes.map(({ message }) => saidOf(message)),
      conflicts: plan.conflicts.map(({ message }) => saidOf(message)),
    },
  };
}

/** Hall, day and times of an event, on the clock of a zone. */
export const placeOf = (at: { agentId: string; startsAtMs: number; endsAtMs: number }, zone: Zone): Place => ({
  hall: at.agentId,
  date: dayOf(zone, at.startsAtMs),
  start: clockOf(zone, at.startsAtMs),
  end: clockOf(zone, at.endsAtMs),
});

function changeOf(step: Step, id: string | undefined, zone: Zone): Change[] {
  switch (step.what) {
    case 'keep':
      return [];
    case 'create':
      return [
        {
          what: 'created',
          line: step.wanted.line,
          title: step.wanted.title,
          ...placeOf(step.wanted, zone),
          ...(id ? { id } : {}),
        },
      ];
    case 'change': {
      const { wanted, event, fields } = step;
      const was = { title: event.title, ...placeOf(event, zone) };
      const now = { id: event.id, title: wanted.title, ...placeOf(wanted, zone) };
      return [{ what: 'changed', line: wanted.line, ...now, fields, was }];
    }
    case 'cancel': {
      const { event, line } = step;
      const place = { id: event.id, title: event.title, ...placeOf(event, zone) };
      return [{ what: 'cancelled', ...(line === undefined ? {} : { line }), ...place }];
    }
  }
}
