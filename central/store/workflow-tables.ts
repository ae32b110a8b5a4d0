import type { Generated, Selectable, ColumnType } from 'kysely';
import type { When } from '@amphi/lib/opencast/workflows/definition.ts';
import type { Json, Maybe, MaybeTime, Time } from './columns.ts';

/** Tables of workflows, see `tables.ts`. */

export interface WorkflowsTable {
  id: Generated<number>;
  event: string;
  version: number;
  definition: string;
  /** State of the workflow: `instantiated`, `running`, `paused`, `succeeded`, `failing`, `failed`, `stopped`. */
  state: Generated<string>;
  /** Values that it began with. */
  configuration: Json<Record<string, string>>;
  /** Values of the run: those it began with, and what its operations and people set. */
  variables: Json<Record<string, string>>;
  /** Jobs of a run with a higher number are done first. */
  priority: Generated<number>;
  created_at: Time;
  finished_at: MaybeTime;
}

/** Operations of a run, in the order of its definition. */
export interface WorkflowOperationsTable {
  workflow: number;
  position: number;
  /** Name in the catalogue of operations: `encode`. */
  operation: string;
  description: Generated<string>;
  /** Its conditions (`if`, `unless`), which must all hold; none: it always runs. */
  conditions: Json<readonly When[]>;
  configuration: Json<Record<string, string>>;
  waits_for: ColumnType<number[], number[] | undefined, number[]>;
  fail_on_error: Generated<boolean>;
  /** Whether it repeats a publication, for what came later. */
  is_again: Generated<boolean>;
  exception_handler: Maybe<string>;
  max_attempts: Generated<number>;
  retry_strategy: Generated<'none' | 'retry' | 'hold'>;
  state: Generated<'instantiated' | 'running' | 'paused' | 'succeeded' | 'failed' | 'skipped' | 'retry'>;
  attempts: Generated<number>;
  is_sent: Generated<boolean>;
  life: Generated<number>;
  crashes: Generated<number>;
  is_handler: Generated<boolean>;
  reason: Maybe<string>;
  /** Machine that has it, or had it last. */
  host: Maybe<string>;
  /** Part that is done, 0 to 1; null: not known. */
  progress: Maybe<number>;
  started_at: MaybeTime;
  finished_at: MaybeTime;
}

/** Lines that operations wrote, and what people did with the run. */
export interface WorkflowLogTable {
  id: Generated<number>;
  workflow: number;
  /** Position of the operation; null: the line is of the run. */
  position: Maybe<number>;
  at: Time;
  level: Generated<'info' | 'warning' | 'error'>;
  text: string;
}

export type WorkflowRow = Selectable<WorkflowsTable>;
export type WorkflowOperationRow = Selectable<WorkflowOperationsTable>;
