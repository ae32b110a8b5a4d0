import { w3cOf } from '@amphi/lib/opencast/dates.ts';
import { catalogOf, DCTERMS_NAMESPACE, type Term } from '@amphi/lib/opencast/dublin-core.ts';
import { MEDIAPACKAGE_NAMESPACE, mediaPackageElement } from '@amphi/lib/opencast/media-package.ts';
import { elementJson } from '@amphi/lib/opencast/xml/jettison.ts';
import { element, type XmlElement, type XmlNode } from '@amphi/lib/opencast/xml/xml.ts';
import { formatXml } from '@amphi/lib/opencast/xml/xml-write.ts';
import { episodeTerms, seriesTerms } from '../../../catalogue/dublin-core.ts';
import type { ListedSeries } from '../../../catalogue/list-series.ts';
import { recordedPackage } from '../../../catalogue/media-package.ts';
import { listText, withChildren, withMember } from '../long-answers.ts';
import { segmentsElement } from './segments.ts';
import type { FoundEpisode } from '../../../catalogue/search/found-episodes.ts';

/** Answers in the shape of Opencast up to 15 (facts/opencast 3.3): an XML document, and JSON made from it. */

const SEARCH = 'http://search.opencastproject.org/';

const of = (name: string, children: readonly (XmlNode | undefined)[], attributes = {}): XmlElement =>
  element(SEARCH, name, attributes, children);

/** Numbers of a page of results. */
export interface SearchPage {
  offset: number;
  limit: number;
  total: number;
  query: string;
  tookMs: number;
}

const pageElement = ({ offset, limit, total, query, tookMs }: SearchPage): XmlElement =>
  of('search-results', [of('query', [query])], {
    offset: String(offset),
    limit: String(limit),
    total: String(total),
    searchTime: String(tookMs),
  });

const PREFIXES = { [SEARCH]: '', [MEDIAPACKAGE_NAMESPACE]: 'mp' };

/** Result as XML, for `searchXml`. */
export const resultXml = (result: XmlElement): string => formatXml(result, PREFIXES, '');

/** Page of results as XML; each result is already written. */
export const searchXml = (page: SearchPage, results: readonly string[]): string =>
  withChildren(formatXml(pageElement(page), PREFIXES), results);

/** Result as JSON, for `searchJson`; all values are texts. */
export const resultJson = (result: XmlElement): string => JSON.stringify(elementJson(result));

/** Page of results as JSON: a single result is no list, and without results there is no `result`. */
export function searchJson(page: SearchPage, results: readonly string[]): string {
  const json = JSON.stringify({ 'search-results': elementJson(pageElement(page)) });
  const result = listText(results);
  return result === undefined ? json : withMember(json, '}}', 'result', result);
}

/** Recorded event as XML. `base` is the URL of this server for the client. */
export function episodeElement(episode: FoundEpisode, base: string): XmlElement {
  const { event, files } = episode;
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
      segmentsElement(episode, base),
    ],
    { id: event.id, org: event.organization },
  );
}

/** Series as XML. */
export function seriesElement(series: ListedSeries): XmlElement {
  const terms = seriesTerms(series);
  const isDated = catalogOf(terms).createdMs !== undefined;
  const created = isDated ? [] : [of('dcCreated', [w3cOf(series.created_at.getTime())])];
  const facts = [of('mediaType', ['Series']), of('keywords', []), modified(series.modified_at), of('score', ['1.0'])];
  return of('result', [...dublinCore(terms), ...created, ...facts], { id: series.id, org: series.organization });
}

const modified = (at: Date): XmlElement => of('modified', [w3cOf(at.getTime())]);

/** Names of terms in answers; several values of one term become one text. */
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
