import type { OperationDefinition } from '@amphi/lib/opencast/workflows/definition.ts';
import { w3cOf } from '@amphi/lib/opencast/dates.ts';
import { broughtVersions } from '../../../catalogue/versions.ts';
import type { Database } from '../../../store/connect.ts';
import type { WorkflowOperationRow, WorkflowRow } from '../../../store/workflow-tables.ts';
import { conditionsText, failedAttempts, INGEST, operationsOfRuns } from '../../../workflows/told-operations.ts';
import { isTrue, type Query } from '../paging.ts';

/** Operation of a definition as JSON. */
export const operationJson = (operation: OperationDefinition): object => ({
  operation: operation.id,
  description: operation.description,
  configuration: Object.fromEntries(operation.configurations.map(({ key, value }) => [key, value])),
  ...conditionsText(operation.when),
  fail_workflow_on_error: operation.failOnError,
  error_handler_workflow: operation.exceptionHandler ?? '',
  retry_strategy: operation.retryStrategy,
  max_attempts: operation.maxAttempts,
});

/** Workflows as JSON, with their operations and parameters where the query asks for them. */
export async function instancesJson(
  database: Database,
  workflows: readonly WorkflowRow[],
  query: Query,
): Promise<object[]> {
  const keys = new Map(workflows.map(({ event, version }) => [`${version} ${event}`, { event, version }]));
  const versions = await broughtVersions(database, [...keys.values()]);
  const brought = new Map(versions.map((one) => [`${one.version} ${one.event}`, one]));
  const operations = isTrue(query, 'withoperations')
    ? await operationsOfRuns(
        database,
        workflows.map(({ id }) => id),
      )
    : undefined;
  return workflows.map((workflow) => {
    const version = brought.get(`${workflow.version} ${workflow.event}`);
    return {
      identifier: workflow.id,
      title: workflow.definition,
      description: '',
      workflow_definition_identifier: workflow.definition,
      event_identifier: workflow.event,
      creator: version?.account ?? '',
      state: workflow.state,
      ...(operations
        ? {
            operations: [
              ingestJson(workflow, version?.ingested_at),
              ...(operations.get(workflow.id) ?? []).map(rowJson),
            ],
          }
        : {}),
      ...(isTrue(query, 'withconfiguration') ? { configuration: workflow.variables } : {}),
    };
  });
}

/** An operation of a run as JSON. */
const rowJson = (row: WorkflowOperationRow): object => ({
  identifier: `${row.workflow}-${row.position}`,
  operation: row.operation,
  description: row.description,
  configuration: row.configuration,
  ...conditionsText(row.conditions),
  fail_workflow_on_error: row.fail_on_error,
  error_handler_workflow: row.exception_handler ?? '',
  retry_strategy: row.retry_strategy,
  max_attempts: row.max_attempts,
  state: row.state,
  progress: row.progress,
  reason: row.reason ?? '',
  time_in_queue: 0,
  host: row.host ?? '',
  failed_attempts: failedAttempts(row),
  start: row.started_at ? w3cOf(row.started_at.getTime()) : '',
  completion: row.finished_at ? w3cOf(row.finished_at.getTime()) : '',
});

/**
 * The ingest as an operation of a workflow: it had ended when the workflow was written, and its beginning is not kept.
 */
const ingestJson = ({ id }: WorkflowRow, endedAt: Date | undefined): object => ({
  identifier: id,
  operation: INGEST.id,
  description: INGEST.description,
  configuration: {},
  if: '',
  fail_workflow_on_error: true,
  error_handler_workflow: '',
  retry_strategy: 'none',
  max_attempts: 1,
  state: 'succeeded',
  time_in_queue: 0,
  host: '',
  failed_attempts: 0,
  start: '',
  completion: endedAt ? w3cOf(endedAt.getTime()) : '',
});
