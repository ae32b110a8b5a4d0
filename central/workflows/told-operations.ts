import type { When } from '@amphi/lib/opencast/workflows/definition.ts';
import type { Database } from '../store/connect.ts';
import type { WorkflowOperationRow } from '../store/workflow-tables.ts';

/** The operation that every recording has gone through before a workflow begins. */
export const INGEST = { id: 'ingest', description: 'Keeps what was brought as a version of its event' } as const;

/** Operations of some runs in their order, in one query, by the number of the run. */
export async function operationsOfRuns(
  database: Database,
  runs: readonly number[],
): Promise<Map<number, WorkflowOperationRow[]>> {
  if (runs.length === 0) return new Map();
  const rows = await database
    .selectFrom('workflow_operations')
    .selectAll()
    .where('workflow', 'in', [...runs])
    .orderBy('workflow')
    .orderBy('position')
    .execute();
  return Map.groupBy(rows, ({ workflow }) => workflow);
}

/** A line of the log of a run. */
export interface LogLine {
  /** Position of the operation that wrote it; null: it is of the run. */
  position: number | null;
  at: Date;
  level: 'info' | 'warning' | 'error';
  text: string;
}

/** Lines of one answer; later ones are left out. */
const MOST_LINES = 2000;

/** Lines of the log of a run, the first one first. */
export const logOfRun = (database: Database, run: number, position?: number): Promise<LogLine[]> =>
  database
    .selectFrom('workflow_log')
    .select(['position', 'at', 'level', 'text'])
    .where('workflow', '=', run)
    .$if(position !== undefined, (of) => of.where('position', '=', position ?? 0))
    .orderBy('id')
    .limit(MOST_LINES)
    .execute();

/** Conditions of an operation as definitions write them: one text for all that must hold, one for all that must not. */
export function conditionsText(when: readonly When[]): { if: string; unless: string } {
  const joined = (unless: boolean, by: string): string =>
    when
      .filter((one) => one.unless === unless)
      .map(({ text }) => (when.length > 1 ? `(${text})` : text))
      .join(by);
  return { if: joined(false, ' AND '), unless: joined(true, ' OR ') };
}

/** Attempts of an operation that failed. */
export const failedAttempts = ({ attempts, state }: Pick<WorkflowOperationRow, 'attempts' | 'state'>): number =>
  state === 'failed' || state === 'retry' ? attempts : Math.max(0, attempts - 1);
