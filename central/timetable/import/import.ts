import { randomUUID } from 'node:crypto';
import type { Zone } from '@amphi/lib/calendar/zones/zoned-time.ts';
import type { Who } from '../../identity/who.ts';
import type { Database } from '../../store/connect.ts';
import type { Roster } from '../../agents/roster.ts';
import { withTimetable, type TimetableNeeds } from '../schedule.ts';
import { carryOut, loadKnown } from './carry-out.ts';
import type { Reading } from './lecture.ts';
import { planImport } from './plan.ts';
import { readLectures } from './read.ts';
import { reportOf, type ImportReport } from './report.ts';
import type { UnknownHalls } from './wanted.ts';

/** Settings of one import. */
export interface ImportOptions {
  /** Whether the import only reports what it would do. */
  dryRun: boolean;
  zone: Zone;
  /** Series of lectures that name none. */
  series?: string | undefined;
  hall?: string | undefined;
  unknownHalls: UnknownHalls;
  /** Whether lectures of an earlier import that the file no longer names are cancelled. */
  cancelMissing: boolean;
  /** Whether they are cancelled even if more are missing than are left. */
  evenMost?: boolean;
  /** Whether lectures that were cancelled by hand are made again. */
  restore?: boolean;
  /** Name of the file, by which the next import of the same file knows what this one brought. */
  source?: string | undefined;
  notes: readonly string[];
}

type Needs = TimetableNeeds & { roster: Roster };

/**
 * Imports a file of lectures (CSV, workbook or iCalendar). The whole file is checked first; with one mistake or
 * conflict nothing is changed. Importing the same file again changes nothing. Throws UnreadableFile for a file that is
 * no timetable.
 */
export async function importLectures(
  needs: Needs,
  who: Who | undefined,
  bytes: Uint8Array,
  options: ImportOptions,
): Promise<ImportReport> {
  const { zone, series, hall } = options;
  const reading = await readLectures(bytes, { zone, ...(series ? { series } : {}), ...(hall ? { hall } : {}) });
  const work = (within: Database): Promise<ImportReport> => planAndCarryOut(needs, within, who, reading, options);
  if (options.dryRun) return work(needs.database);
  const report = await withTimetable(needs.database, work);
  if (report.applied) {
    for (const { agentId } of report.newHalls) await needs.roster.tellState(agentId, 'unknown', { address: '' });
  }
  return report;
}

async function planAndCarryOut(
  needs: Needs,
  within: Database,
  who: Who | undefined,
  reading: Reading,
  { dryRun, notes, ...options }: ImportOptions,
): Promise<ImportReport> {
  const nowMs = needs.clock.nowMs();
  const { zone, source = '' } = options;
  const { known, rows } = await loadKnown(within, reading, { nowMs, zone });
  const plan = planImport(reading, known, { ...options, nowMs, newSeriesId: randomUUID });
  const refused = plan.mistakes.length > 0 || plan.conflicts.length > 0;
  const done = dryRun || refused ? undefined : await carryOut(within, plan, { ...needs, rows, source }, who);
  return reportOf(plan, { dryRun, zone, notes, ids: done?.ids, importId: done?.importId });
}
