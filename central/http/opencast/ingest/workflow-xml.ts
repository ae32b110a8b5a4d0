import { w3cOf } from '@amphi/lib/opencast/dates.ts';
import { MEDIAPACKAGE_NAMESPACE, mediaPackageElement, type MediaPackage } from '@amphi/lib/opencast/media-package.ts';
import { element, type XmlElement } from '@amphi/lib/opencast/xml/xml.ts';
import { formatXml } from '@amphi/lib/opencast/xml/xml-write.ts';
import type { WorkflowRow } from '../../../store/tables.ts';

const WORKFLOW = 'http://workflow.opencastproject.org';
const SECURITY = 'http://org.opencastproject.security';

/** A workflow instance, the answer to an ingest. */
export function workflowXml(workflow: WorkflowRow, mediaPackage: MediaPackage, account: string): string {
  const of = (name: string, children: Parameters<typeof element>[3] = [], attributes = {}): XmlElement =>
    element(WORKFLOW, name, attributes, children);
  const configurations = Object.entries(workflow.configuration).map(([key, value]) =>
    of('configuration', [value], { key }),
  );
  const root = of(
    'workflow',
    [
      of('template', [workflow.definition]),
      of('title', [workflow.definition]),
      of('description'),
      element(SECURITY, 'creator-id', {}, [account]),
      element(SECURITY, 'organization-id', {}, ['mh_default_org']),
      of('dateCreated', [w3cOf(workflow.created_at.getTime())]),
      mediaPackageElement(mediaPackage),
      of('operations'),
      of('configurations', configurations),
      of('mediaPackageId', [mediaPackage.id]),
      ...(mediaPackage.series ? [of('seriesId', [mediaPackage.series])] : []),
    ],
    { id: String(workflow.id), state: workflow.state.toUpperCase() },
  );
  return formatXml(root, { [WORKFLOW]: 'wf', [MEDIAPACKAGE_NAMESPACE]: 'mp', [SECURITY]: 'sec' });
}
