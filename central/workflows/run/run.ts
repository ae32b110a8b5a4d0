import type { When } from '@amphi/lib/opencast/workflows/definition.ts';

/** States of an operation, as Opencast names them. */
export type OperationState = 'instantiated' | 'running' | 'paused' | 'succeeded' | 'failed' | 'skipped' | 'retry';

/** States of a run, as Opencast names those of a workflow instance. */
export type RunState = 'instantiated' | 'running' | 'paused' | 'succeeded' | 'failing' | 'failed' | 'stopped';

/** What happens after a failed attempt: nothing, another attempt at once, or another one when a person says so. */
export type RetryStrategy = 'none' | 'retry' | 'hold';

/** An operation of a run: what its definition says of it, and how far it is. */
export interface RunOperation {
  /** Name of the operation in the catalogue, such as `encode`. */
  id: string;
  description: string;
  /** Conditions that must all hold when it begins; otherwise it is skipped. */
  when: readonly When[];
  /** Its keys and values, as the definition has them: variables are not filled in yet. */
  configuration: ReadonlyMap<string, string>;
  state: OperationState;
  /** Positions of the operations that must have ended before it begins. */
  waitsFor: readonly number[];
  /** Whether its failure ends the run. */
  failOnError: boolean;
  /** Definition whose operations follow when it ended the run; undefined: none. */
  exceptionHandler?: string | undefined;
  /** Attempts it may make in all; -1: as many as it takes. */
  maxAttempts: number;
  retryStrategy: RetryStrategy;
  /** Attempts that began. */
  attempts: number;
  /** Whether it was handed to the workers and none has taken it yet. */
  isSent: boolean;
  /** How often a worker has taken it, in all attempts: names the one that is at work now. */
  life: number;
  /** Workers that ended without a result in this attempt. */
  crashes: number;
  /** Whether it repeats a publication, for what came later: its failure ends nothing. */
  isAgain: boolean;
  /** Whether it handles a failure of the others. */
  isHandler: boolean;
  /** Reason of the last failure, in words. */
  reason?: string | undefined;
}

/** Values of a run, by name. */
export type Variables = ReadonlyMap<string, string>;

/** A definition at work on an event. */
export interface Run {
  state: RunState;
  operations: readonly RunOperation[];
  variables: Variables;
}

/** An operation before a run has it. */
export type PlannedOperation = Pick<
  RunOperation,
  | 'id'
  | 'description'
  | 'when'
  | 'configuration'
  | 'waitsFor'
  | 'failOnError'
  | 'exceptionHandler'
  | 'maxAttempts'
  | 'retryStrategy'
  | 'isAgain'
>;

/** An operation that has not begun. */
export const fresh = (planned: PlannedOperation, isHandler = false): RunOperation => ({
  ...planned,
  state: 'instantiated',
  attempts: 0,
  isSent: false,
  life: 0,
  crashes: 0,
  isHandler,
});

/** A run of these operations that has not begun yet. `waitsFor` counts from the first of them. */
export const newRun = (planned: readonly PlannedOperation[], variables: Variables): Run => ({
  state: 'instantiated',
  operations: planned.map((operation) => fresh(operation)),
  variables,
});

const ENDED: readonly OperationState[] = ['succeeded', 'failed', 'skipped'];

/** Whether an operation is over, in whatever way. */
export const hasEnded = ({ state }: Pick<RunOperation, 'state'>): boolean => ENDED.includes(state);

/** Whether a run is over: no operation of it begins any more, unless a person retries it. */
export const isOver = ({ state }: Pick<Run, 'state'>): boolean => ['succeeded', 'failed', 'stopped'].includes(state);
