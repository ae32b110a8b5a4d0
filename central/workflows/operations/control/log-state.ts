import { formatMediaPackage, mediaPackageElement, type MediaPackage } from '@amphi/lib/opencast/media-package.ts';
import { elementJson } from '@amphi/lib/opencast/xml/jettison.ts';
import { element, type XmlElement } from '@amphi/lib/opencast/xml/xml.ts';
import { formatXml } from '@amphi/lib/opencast/xml/xml-write.ts';
import type { WorkflowOperationRow, WorkflowRow } from '../../../store/workflow-tables.ts';

const WORKFLOW = 'http://workflow.opencastproject.org';

/** A media package as a text of a form. */
export const packageText = (mediaPackage: MediaPackage, form: 'xml' | 'json'): string =>
  form === 'xml'
    ? formatMediaPackage(mediaPackage)
    : JSON.stringify({ mediapackage: elementJson(mediaPackageElement(mediaPackage)) }, null, 2);

/** The state of a run as a text of a form: its values, and its operations with their states. */
export function runText(
  { workflow, operations }: { workflow: WorkflowRow; operations: readonly WorkflowOperationRow[] },
  form: 'xml' | 'json',
): string {
  const root = runElement(workflow, operations);
  return form === 'xml'
    ? formatXml(root, { [WORKFLOW]: '' })
    : JSON.stringify({ workflow: elementJson(root) }, null, 2);
}

function runElement(
  { id, state, definition, event, variables }: WorkflowRow,
  operations: readonly WorkflowOperationRow[],
): XmlElement {
  const of = (name: string, children: Parameters<typeof element>[3], attributes = {}): XmlElement =>
    element(WORKFLOW, name, attributes, children);
  const values = Object.entries(variables).map(([key, value]) => of('configuration', [value], { key }));
  return of(
    'workflow',
    [
      of('template', [definition]),
      of('mediapackage', [], { id: event }),
      of('operations', operations.map(operationElement)),
      of('configurations', values),
    ],
    { id: String(id), state: state.toUpperCase() },
  );
}

function operationElement({ position, operation, state, attempts, description, reason, host }: WorkflowOperationRow) {
  const attributes = {
    id: operation,
    position: String(position),
    state: state.toUpperCase(),
    'failed-attempts': String(attempts),
    description,
    ...(host === null ? {} : { 'execution-host': host }),
  };
  return element(WORKFLOW, 'operation', attributes, reason === null ? [] : [reason]);
}
