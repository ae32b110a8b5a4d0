import { formatExtent, formatPeriod, msOfW3c, parseExtent, parsePeriod, w3cOf } from './dates.ts';
import { attributeOf, elementsOf, textOf, XML_NAMESPACE, XSI_NAMESPACE, type XmlElement } from './xml/xml.ts';
import { parseXml } from './xml/xml-read.ts';
import { formatXml, type Prefixes } from './xml/xml-write.ts';

/**
 * Dublin Core catalogs (flavors `dublincore/episode` and `dublincore/series`): all terms in order, and what we read of
 * them.
 */

/** Namespace of a catalog. */
export const DUBLINCORE_NAMESPACE = 'http://www.opencastproject.org/xsd/1.0/dublincore/';
/** Namespace of the terms. */
export const DCTERMS_NAMESPACE = 'http://purl.org/dc/terms/';
const OC_NAMESPACE = 'http://www.opencastproject.org/matterhorn/';

/** One term of a catalog. */
export interface Term {
  /** Namespace: `DCTERMS_NAMESPACE`, others only in extended catalogs. */
  namespace: string;
  /** Name: `title`, `creator`, `isPartOf` and others. */
  name: string;
  /** Value without white space at its ends. */
  value: string;
  lang?: string;
  /** Type as it was written: `dcterms:W3CDTF`, `dcterms:Period` and others. */
  type?: string;
}

/** The content of a catalog about an episode or a series. Times are milliseconds since 1970. */
export interface Catalog {
  title: string;
  identifier?: string;
  creators: string[];
  contributors: string[];
  subjects: string[];
  description?: string;
  language?: string;
  license?: string;
  rightsHolder?: string;
  publishers: string[];
  source?: string;
  type?: string;
  /** Id of the series. */
  isPartOf?: string;
  createdMs?: number;
  temporal?: { startsAtMs: number; endsAtMs: number };
  /** Name of the capture agent. */
  spatial?: string;
  extentMs?: number;
}

/** All terms of a catalog, of any namespace; empty ones are left out. Throws `XmlError`. */
export function parseTerms(text: string): Term[] {
  return elementsOf(parseXml(text)).flatMap((one) => {
    const [value, lang] = [textOf(one), attributeOf(one, 'lang', XML_NAMESPACE)];
    const type = attributeOf(one, 'type', XSI_NAMESPACE);
    if (value === '') return [];
    return [{ namespace: one.namespace, name: one.name, value, ...(lang ? { lang } : {}), ...(type ? { type } : {}) }];
  });
}

/** Reads a catalog. A missing title is `''`; the caller decides whether that is allowed. Throws `XmlError`. */
export const parseCatalog = (text: string): Catalog => catalogOf(parseTerms(text));

/** The content of terms. If a term is there in several languages, the one without a language counts, else the first. */
export function catalogOf(terms: readonly Term[]): Catalog {
  const own = terms.filter(({ namespace }) => namespace === DCTERMS_NAMESPACE);
  const all = (name: string): string[] => own.filter((term) => term.name === name).map(({ value }) => value);
  const one = (name: string): string | undefined => {
    const found = own.filter((term) => term.name === name);
    return (found.find(({ lang }) => lang === undefined) ?? found[0])?.value;
  };
  const words = ['identifier', 'description', 'language', 'license', 'rightsHolder'] as const;
  const more = ['source', 'type', 'isPartOf', 'spatial'] as const;
  const [createdMs, temporal] = [msOfW3c(one('created') ?? ''), parsePeriod(one('temporal') ?? '')];
  const extentMs = parseExtent(one('extent') ?? '');
  return {
    title: one('title') ?? '',
    creators: all('creator'),
    contributors: all('contributor'),
    subjects: all('subject'),
    publishers: all('publisher'),
    ...Object.fromEntries([...words, ...more].map((name) => [name, one(name)]).filter(([, value]) => value)),
    ...(createdMs === undefined ? {} : { createdMs }),
    ...(temporal ? { temporal } : {}),
    ...(extentMs === undefined ? {} : { extentMs }),
  };
}

const term = (name: string, value: string | undefined, type?: string): Term[] =>
  value ? [{ namespace: DCTERMS_NAMESPACE, name, value, ...(type ? { type } : {}) }] : [];

/** The terms of a catalog in Opencast's order. */
export function termsOf(catalog: Catalog): Term[] {
  const { createdMs, temporal, extentMs } = catalog;
  const each = (name: string, values: readonly string[]): Term[] => values.flatMap((value) => term(name, value));
  return [
    ...term('title', catalog.title),
    ...term('identifier', catalog.identifier),
    ...each('creator', catalog.creators),
    ...each('contributor', catalog.contributors),
    ...each('subject', catalog.subjects),
    ...term('description', catalog.description),
    ...term('language', catalog.language),
    ...term('license', catalog.license),
    ...term('rightsHolder', catalog.rightsHolder),
    ...each('publisher', catalog.publishers),
    ...term('source', catalog.source),
    ...term('type', catalog.type),
    ...term('isPartOf', catalog.isPartOf),
    ...term('created', createdMs === undefined ? undefined : w3cOf(createdMs), 'dcterms:W3CDTF'),
    ...term('temporal', temporal && formatPeriod(temporal), 'dcterms:Period'),
    ...term('spatial', catalog.spatial),
    ...term('extent', extentMs === undefined ? undefined : formatExtent(extentMs), 'dcterms:ISO8601'),
  ];
}

const PREFIXES: Prefixes = {
  [DUBLINCORE_NAMESPACE]: '',
  [DCTERMS_NAMESPACE]: 'dcterms',
  [XSI_NAMESPACE]: 'xsi',
  [OC_NAMESPACE]: 'oc',
};

/** A catalog as XML. */
export const formatCatalog = (catalog: Catalog): string => formatTerms(termsOf(catalog));

/** Terms of any namespaces as XML. */
export const formatTerms = (terms: readonly Term[]): string => formatXml(termsElement(terms), PREFIXES);

/** Terms of any namespaces as an element of another document. */
export function termsElement(terms: readonly Term[]): XmlElement {
  const children = terms.map(({ name, namespace, value, lang, type }): XmlElement => ({
    name,
    namespace,
    children: [value],
    attributes: [
      ...(lang ? [{ name: 'lang', namespace: XML_NAMESPACE, value: lang }] : []),
      ...(type ? [{ name: 'type', namespace: XSI_NAMESPACE, value: type }] : []),
    ],
  }));
  return { name: 'dublincore', namespace: DUBLINCORE_NAMESPACE, attributes: [], children };
}

/** The content of `dublincore.json`: namespace, then term, then values. */
export type TermsJson = Record<string, Record<string, { value: string; lang?: string; type?: string }[]>>;

/**
 * Terms as the content of `dublincore.json`. Namespaces and names are foreign text, so that the object is made of a
 * map.
 */
export function termsToJson(terms: readonly Term[]): TermsJson {
  const byNamespace = Map.groupBy(terms, ({ namespace }) => namespace);
  const told = ({ namespace: _namespace, name: _name, ...value }: Term) => value;
  return Object.fromEntries(
    [...byNamespace].map(([namespace, own]) => [
      namespace,
      Object.fromEntries([...Map.groupBy(own, ({ name }) => name)].map(([name, all]) => [name, all.map(told)])),
    ]),
  );
}
