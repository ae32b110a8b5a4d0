import { w3cOf } from '@amphi/lib/opencast/dates.ts';
import { broughtVersions } from '../../../catalogue/versions.ts';
import type { Database } from '../../../store/connect.ts';
import type { WorkflowRow } from '../../../store/tables.ts';
import { INGEST, type Operation } from '../../../workflows/definitions.ts';
import { isTrue, type Query } from '../paging.ts';

/** Operation of a definition as JSON. */
export const operationJson = ({ id, description }: Operation): object => ({
  operation: id,
  description,
  configuration: {},
  if: '',
  fail_workflow_on_error: true,
  error_handler_workflow: '',
  retry_strategy: 'none',
  max_attempts: 1,
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
      ...(isTrue(query, 'withoperations') ? { operations: [ingestJson(workflow, version?.ingested_at)] } : {}),
      ...(isTrue(query, 'withconfiguration') ? { configuration: workflow.configuration } : {}),
    };
  });
}

/**
 * The ingest as an operation of a workflow: it had ended when the workflow was written, and its beginning is not kept.
 */
const ingestJson = ({ id }: WorkflowRow, endedAt: Date | undefined): object => ({
  identifier: id,
  ...operationJson(INGEST),
  state: 'succeeded',
  time_in_queue: 0,
  host: '',
  failed_attempts: 0,
  start: '',
  completion: endedAt ? w3cOf(endedAt.getTime()) : '',
});
