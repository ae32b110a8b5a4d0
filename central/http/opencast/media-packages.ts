import { asList } from '@amphi/lib/opencast/xml/jettison.ts';
import { w3cOf } from '@amphi/lib/opencast/dates.ts';
import { mediaPackageElement, MEDIAPACKAGE_NAMESPACE, type MediaPackage } from '@amphi/lib/opencast/media-package.ts';
import { formatXml } from '@amphi/lib/opencast/xml/xml-write.ts';
import type { EventRow } from '../../store/tables.ts';
import { packageOf } from '../../catalogue/media-package.ts';

/** Several media packages as XML. */
export const packagesXml = (rows: readonly EventRow[]): string =>
  formatXml(
    {
      name: 'mediapackages',
      namespace: MEDIAPACKAGE_NAMESPACE,
      attributes: [],
      children: rows.map((row) => mediaPackageElement(packageOf(row))),
    },
    { [MEDIAPACKAGE_NAMESPACE]: '' },
  );

/** Several media packages as the JSON of Opencast's schedulers, where numbers are texts (facts/opencast 1.7). */
export const packagesJson = (rows: readonly EventRow[]): object => ({
  totalCount: String(rows.length),
  events: rows.map((row) => packageJson(packageOf(row))),
});

function packageJson(of: MediaPackage): object {
  const words = (plural: string, name: string, values: readonly string[]): object =>
    values.length > 0 ? { [plural]: { [name]: asList(values) } } : {};
  return {
    id: of.id,
    ...(of.startsAtMs === undefined ? {} : { start: w3cOf(of.startsAtMs) }),
    ...(of.durationMs === undefined ? {} : { duration: of.durationMs }),
    title: of.title,
    ...(of.series ? { series: of.series } : {}),
    ...words('creators', 'creator', of.creators),
    ...words('contributors', 'contributor', of.contributors),
    ...words('subjects', 'subject', of.subjects),
    media: '',
    metadata: '',
    attachments: '',
    publications: '',
  };
}
