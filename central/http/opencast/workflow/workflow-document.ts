import { w3cOf } from '@amphi/lib/opencast/dates.ts';
import { MEDIAPACKAGE_NAMESPACE, mediaPackageElement, type MediaPackage } from '@amphi/lib/opencast/media-package.ts';
import { elementJson, type Typing } from '@amphi/lib/opencast/xml/jettison.ts';
import { element, type XmlElement } from '@amphi/lib/opencast/xml/xml.ts';
import { formatXml } from '@amphi/lib/opencast/xml/xml-write.ts';
import type { WorkflowOperationRow, WorkflowRow } from '../../../store/workflow-tables.ts';
import { failedAttempts, INGEST } from '../../../workflows/told-operations.ts';
import { eachAsText, listText, withChildren, withMember } from '../long-answers.ts';
import { typedMeasures } from '../search/media-package-json.ts';

const WORKFLOW = 'http://workflow.opencastproject.org';
const SECURITY = 'http://org.opencastproject.security';

/** Workflow with the other facts of its document. */
export interface WorkflowTold {
  workflow: WorkflowRow;
  operations: readonly WorkflowOperationRow[];
  mediaPackage: MediaPackage;
  /** Account that brought the recording. */
  account: string;
  ingestedAt: Date;
}

const of = (name: string, children: Parameters<typeof element>[3] = [], attributes = {}): XmlElement =>
  element(WORKFLOW, name, attributes, children);

/** Workflow instance as XML, for example as the answer to an ingest. */
export const workflowXml = (told: WorkflowTold): string => written(workflowElement(told));

/** Workflow instance as JSON. */
export const workflowJson = (told: WorkflowTold): object => jsonOf(workflowElement(told));

/** Numbers of a page of workflow instances. */
export interface WorkflowPage {
  total: number;
  count: number;
  startPage: number;
}

/** Page of workflow instances as XML. */
export const workflowsXml = async (page: WorkflowPage, all: readonly WorkflowTold[]): Promise<string> =>
  withChildren(
    written(workflowsElement(page)),
    await eachAsText(all, (told) => formatXml(workflowElement(told), PREFIXES, '')),
  );

/** Page of workflow instances as JSON. */
export async function workflowsJson(page: WorkflowPage, all: readonly WorkflowTold[]): Promise<string> {
  const json = JSON.stringify(jsonOf(workflowsElement(page)));
  const list = listText(await eachAsText(all, (told) => JSON.stringify(elementJson(workflowElement(told), typed))));
  return list === undefined ? json : withMember(json, '}}', 'workflow', list);
}

const workflowsElement = ({ total, count, startPage }: WorkflowPage): XmlElement =>
  of('workflows', [], { startPage: String(startPage), count: String(count), totalCount: String(total) });

function workflowElement({ workflow, operations, mediaPackage, account, ingestedAt }: WorkflowTold): XmlElement {
  const configurations = Object.entries(workflow.configuration).map(([key, value]) =>
    of('configuration', [value], { key }),
  );
  return of(
    'workflow',
    [
      of('template', [workflow.definition]),
      of('title', [workflow.definition]),
      of('description'),
      element(SECURITY, 'creator-id', {}, [account]),
      element(SECURITY, 'organization-id', {}, ['mh_default_org']),
      of('dateCreated', [w3cOf(workflow.created_at.getTime())]),
      mediaPackageElement(mediaPackage),
      of('operations', [ingestOperation(ingestedAt), ...operations.map(operationElement)]),
      of('configurations', configurations),
      of('mediaPackageId', [mediaPackage.id]),
      ...(mediaPackage.series ? [of('seriesId', [mediaPackage.series])] : []),
    ],
    { id: String(workflow.id), state: workflow.state.toUpperCase() },
  );
}

/** The ingest as an operation: it had ended when the workflow was written. */
const ingestOperation = (endedAt: Date): XmlElement =>
  of('operation', [of('completed', [w3cOf(endedAt.getTime())])], {
    id: INGEST.id,
    template: INGEST.id,
    state: 'SUCCEEDED',
    description: INGEST.description,
  });

/** An operation of a run. */
function operationElement(row: WorkflowOperationRow): XmlElement {
  const told = [
    ...(row.started_at ? [of('started', [w3cOf(row.started_at.getTime())])] : []),
    ...(row.finished_at ? [of('completed', [w3cOf(row.finished_at.getTime())])] : []),
    of(
      'configurations',
      Object.entries(row.configuration).map(([key, value]) => of('configuration', [value], { key })),
    ),
    of('failed-attempts', [String(failedAttempts(row))]),
    of('max-attempts', [String(row.max_attempts)]),
    of('retry-strategy', [row.retry_strategy.toUpperCase()]),
    ...(row.reason === null ? [] : [of('error', [row.reason])]),
  ];
  return of('operation', told, {
    id: row.operation,
    template: row.operation,
    state: row.state.toUpperCase(),
    description: row.description,
    'fail-on-error': String(row.fail_on_error),
    ...(row.host === null ? {} : { 'execution-host': row.host }),
    ...(row.exception_handler === null ? {} : { 'exception-handler-workflow': row.exception_handler }),
  });
}

const PREFIXES = { [WORKFLOW]: 'wf', [MEDIAPACKAGE_NAMESPACE]: 'mp', [SECURITY]: 'sec' };

const written = (root: XmlElement): string => formatXml(root, PREFIXES);

/** Names of values that are numbers, besides measures of media. */
const COUNTS = new Set(['startPage', 'count', 'totalCount']);
const typed: Typing = (name, text) => (COUNTS.has(name) ? Number(text) : typedMeasures(name, text));

const jsonOf = (root: XmlElement): object => ({ [root.name]: elementJson(root, typed) });
