import type { Condition } from './condition.ts';
import type { Panel } from './panel.ts';

/** Workflow definitions of Opencast as data (facts/opencast 3.7). They can be written as JSON. */

/** Definition of a workflow, as a file describes it. */
export interface Definition {
  id: string;
  title: string;
  description: string;
  /** Organization that the definition is for; undefined: any. */
  organization?: string;
  /** Roles that may start it; none: everybody who may start workflows. */
  roles: readonly string[];
  /** Places where it is offered: `upload`, `schedule`, `archive`, `delete`, `editor`. */
  tags: readonly string[];
  /** Place in lists; the greatest number comes first. */
  displayOrder: number;
  panel: Panel;
  stateMappings: readonly StateMapping[];
  operations: readonly OperationDefinition[];
}

/** Words that pages show for a state of the workflow. */
export interface StateMapping {
  state: string;
  value: string;
}

/** What happens with an operation that failed and may be tried again. */
export type RetryStrategy = 'none' | 'retry' | 'hold';

/** Operation of a definition, in the definition's order. */
export interface OperationDefinition {
  id: string;
  /** Line of the file where the operation begins, from 1. */
  line: number;
  description: string;
  /** Conditions that must all hold; otherwise the operation is left out. */
  when: readonly When[];
  /** Whether its failure ends the workflow. */
  failOnError: boolean;
  /** Definition whose operations run after a failure; undefined: none. */
  exceptionHandler?: string;
  /** Number of attempts; -1: without end. */
  maxAttempts: number;
  retryStrategy: RetryStrategy;
  configurations: readonly Configuration[];
}

/** An `if` or `unless` of an operation. */
export interface When {
  text: string;
  /** Whether it was written as `unless`: the operation is left out if the condition holds. */
  unless: boolean;
  condition: Condition;
}

/** Value of a configuration key; variables are not replaced yet. */
export interface Configuration {
  key: string;
  value: string;
  line: number;
}

/** The value of a key; undefined if the operation does not have it. */
export const configurationOf = (operation: OperationDefinition, key: string): string | undefined =>
  operation.configurations.find((one) => one.key === key)?.value;
