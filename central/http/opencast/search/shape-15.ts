import { w3cOf } from '@amphi/lib/opencast/dates.ts';
import { catalogOf, DCTERMS_NAMESPACE, type Term } from '@amphi/lib/opencast/dublin-core.ts';
import { MEDIAPACKAGE_NAMESPACE, mediaPackageElement } from '@amphi/lib/opencast/media-package.ts';
import { elementJson } from '@amphi/lib/opencast/xml/jettison.ts';
import { element, type XmlElement, type XmlNode } from '@amphi/lib/opencast/xml/xml.ts';
import { formatXml } from '@amphi/lib/opencast/xml/xml-write.ts';
import { episodeTerms, seriesTerms } from '../../../catalogue/dublin-core.ts';
import type { ListedSeries } from '../../../catalogue/list-series.ts';
import { recordedPackage } from '../../../catalogue/media-package.ts';
import type { FoundEpisode } from '../../../catalogue/search/found-episodes.ts';

/** What Opencast answers up to 15 (facts/opencast 3.3): one document, and the JSON of it. */

const SEARCH = 'http://search.opencastproject.org/';

const of = (name: string, children: readonly (XmlNode | undefined)[], attributes = {}): XmlElement =>
  element(SEARCH, name, attributes, children);

/** The document of a page of results. */
export const searchResults = (
  page: { offset: number; limit: number; total: number; query: string; tookMs: number },
  results: readonly XmlElement[],
): XmlElement =>
  of('search-results', [of('query', [page.query]), ...results], {
    offset: String(page.offset),
    limit: String(page.limit),
    total: String(page.total),
    searchTime: String(page.tookMs),
  });

export const searchXml = (results: XmlElement): string =>
  formatXml(results, { [SEARCH]: '', [MEDIAPACKAGE_NAMESPACE]: 'mp' });

/** The same in JSON: texts alone, a single result without a list, and no `result` where there is none. */
export const searchJson = (results: XmlElement): object => ({ [results.name]: elementJson(results) });

/** A recorded event. `base` is where this server is, for whoever asks. */
export function episodeElement({ event, files }: FoundEpisode, base: string): XmlElement {
  const series = event.seriesTitle === null ? undefined : { title: event.seriesTitle };
  const length = event.durationMs === null ? [] : [of('dcExtent', [String(event.durationMs)])];
  const facts = [
    of('mediaType', ['AudioVisual']),
    of('keywords', []),
    modified(event.modified_at),
    of('score', ['1.0']),
  ];
  return of(
    'result',
    [
      mediaPackageElement(recordedPackage(event, series, files, base)),
      ...length,
      ...dublinCore(episodeTerms(event)),
      ...facts,
    ],
    { id: event.id, org: event.organization },
  );
}

/** A series. */
export function seriesElement(series: ListedSeries): XmlElement {
  const terms = seriesTerms(series);
  const isDated = catalogOf(terms).createdMs !== undefined;
  const created = isDated ? [] : [of('dcCreated', [w3cOf(series.created_at.getTime())])];
  const facts = [of('mediaType', ['Series']), of('keywords', []), modified(series.modified_at), of('score', ['1.0'])];
  return of('result', [...dublinCore(terms), ...created, ...facts], { id: series.id, org: series.organization });
}

const modified = (at: Date): XmlElement => of('modified', [w3cOf(at.getTime())]);

/** Terms as their elements are called; several values of one are one text. */
const NAMES = [
  ['title', 'dcTitle'],
  ['subject', 'dcSubject'],
  ['description', 'dcDescription'],
  ['creator', 'dcCreator'],
  ['publisher', 'dcPublisher'],
  ['contributor', 'dcContributor'],
  ['created', 'dcCreated'],
  ['language', 'dcLanguage'],
  ['license', 'dcLicense'],
  ['rightsHolder', 'dcRightsHolder'],
  ['isPartOf', 'dcIsPartOf'],
  ['spatial', 'dcSpatial'],
  ['temporal', 'dcTemporal'],
] as const;

const dublinCore = (terms: readonly Term[]): XmlElement[] =>
  NAMES.flatMap(([term, name]) => {
    const values = terms.filter((one) => one.namespace === DCTERMS_NAMESPACE && one.name === term);
    return values.length === 0 ? [] : [of(name, [values.map(({ value }) => value).join('; ')])];
  });
