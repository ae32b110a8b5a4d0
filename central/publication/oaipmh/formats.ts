import { DCTERMS_NAMESPACE, termsElement, type Term } from '@amphi/lib/opencast/dublin-core.ts';
import { mediaPackageElement } from '@amphi/lib/opencast/media-package.ts';
import { element, XSI_NAMESPACE, type XmlElement } from '@amphi/lib/opencast/xml/xml.ts';
import { episodeTerms, seriesTerms } from '../../catalogue/dublin-core.ts';
import { recordedPackage } from '../../catalogue/media-package.ts';
import type { FoundEpisode } from '../../catalogue/search/found-episodes.ts';
import type { SeriesRow } from '../../store/tables.ts';

/** Formats in which records are given (facts/opencast 3.22). */
export interface MetadataFormat {
  prefix: string;
  schema: string;
  namespace: string;
  /** Metadata of a record. `base` is the URL of this server. */
  metadata(of: FoundEpisode, series: SeriesRow | undefined, base: string): XmlElement;
}

const OAI_DC = 'http://www.openarchives.org/OAI/2.0/oai_dc/';
const DC = 'http://purl.org/dc/elements/1.1/';
const MATTERHORN = 'http://www.opencastproject.org/oai/matterhorn';
const INLINED = 'http://www.opencastproject.org/oai/matterhorn-inlined';

const oaiDc: MetadataFormat = {
  prefix: 'oai_dc',
  schema: 'http://www.openarchives.org/OAI/2.0/oai_dc.xsd',
  namespace: OAI_DC,
  metadata: ({ event }, series, base) => ({
    ...element(OAI_DC, 'dc', {}, [
      ...episodeTerms(event).flatMap((term) => plainTerm(term)),
      ...(series ? [element(DC, 'relation', {}, [series.title])] : []),
      element(DC, 'identifier', {}, [`${base}/play/${encodeURIComponent(event.id)}`]),
      element(DC, 'type', {}, ['MovingImage']),
    ]),
    attributes: [
      {
        name: 'schemaLocation',
        namespace: XSI_NAMESPACE,
        value: 'http://www.openarchives.org/OAI/2.0/oai_dc/ http://www.openarchives.org/OAI/2.0/oai_dc.xsd',
      },
    ],
  }),
};

/** Elements of plain Dublin Core, by the terms that stand for them. */
const PLAIN: ReadonlyMap<string, string> = new Map(
  'title creator subject description publisher contributor type format identifier source language relation coverage'
    .split(' ')
    .map((name): [string, string] => [name, name])
    .concat([
      ['created', 'date'],
      ['isPartOf', 'relation'],
      ['spatial', 'coverage'],
      ['license', 'rights'],
      ['rightsHolder', 'rights'],
    ]),
);

function plainTerm({ namespace, name, value }: Term): XmlElement[] {
  const plain = namespace === DCTERMS_NAMESPACE ? PLAIN.get(name) : undefined;
  return plain === undefined || value.trim() === '' ? [] : [element(DC, plain, {}, [value])];
}

const packageOf = ({ event, files }: FoundEpisode, series: SeriesRow | undefined, base: string): XmlElement =>
  mediaPackageElement(recordedPackage(event, series, files, base));

const matterhorn: MetadataFormat = {
  prefix: 'matterhorn',
  schema: 'http://www.opencastproject.org/oai/matterhorn.xsd',
  namespace: MATTERHORN,
  metadata: packageOf,
};

const inlined: MetadataFormat = {
  prefix: 'matterhorn-inlined',
  schema: 'http://www.opencastproject.org/oai/matterhorn-inlined.xsd',
  namespace: INLINED,
  metadata: (of, series, base) => {
    const catalog = (type: string, terms: readonly Term[]): XmlElement =>
      element(INLINED, 'catalog', { type }, [termsElement(terms)]);
    return element(INLINED, 'inlined', {}, [
      packageOf(of, series, base),
      catalog('dublincore/episode', episodeTerms(of.event)),
      ...(series ? [catalog('dublincore/series', seriesTerms(series))] : []),
    ]);
  },
};

/** All formats, the one that each repository must have first. */
export const METADATA_FORMATS: readonly MetadataFormat[] = [oaiDc, matterhorn, inlined];
