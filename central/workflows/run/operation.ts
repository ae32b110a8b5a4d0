import type { WorkflowRow } from '../../store/tables.ts';
import type { Variables } from './run.ts';

/** What an operation works with. */
export interface OperationContext {
  workflow: Pick<WorkflowRow, 'id' | 'event' | 'version' | 'definition'>;
  /** Its keys and values, variables filled in. */
  configuration: ReadonlyMap<string, string>;
  variables: Variables;
  /** Aborted when the run was stopped, or another worker has the operation: what it makes does not count any more. */
  signal: AbortSignal;
  /** Writes a line to the log of the operation. */
  log(text: string, level?: 'info' | 'warning' | 'error'): void;
  /** Tells how much is done, 0 to 1. */
  progress(part: number): void;
}

/** What came of an operation. */
export type OperationResult =
  | { kind: 'done'; variables?: Variables }
  /** There was nothing to do; `why` is written to its log. */
  | { kind: 'skip'; why: string }
  /** A person has to do something; the run goes on when it is resumed. */
  | { kind: 'pause'; why: string; variables?: Variables };

/** An operation of the catalogue with its code. */
export interface Operation {
  id: string;
  /** `heavy`: takes a processor for longer than some seconds. */
  weight: 'light' | 'heavy';
  /** Rejects with `OperationFailed` for what a person can mend. */
  run(context: OperationContext): Promise<OperationResult>;
}

/** An error: an operation that cannot be done, for a reason that is meant for people. */
export class OperationFailed extends Error {
  override name = 'OperationFailed';
}
