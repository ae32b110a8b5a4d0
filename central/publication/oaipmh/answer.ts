import { w3cOf } from '@amphi/lib/opencast/dates.ts';
import { DCTERMS_NAMESPACE, DUBLINCORE_NAMESPACE } from '@amphi/lib/opencast/dublin-core.ts';
import { element, XSI_NAMESPACE, type XmlElement, type XmlNode } from '@amphi/lib/opencast/xml/xml.ts';
import { formatXml } from '@amphi/lib/opencast/xml/xml-write.ts';
import type { Database } from '../../store/connect.ts';
import { METADATA_FORMATS, type MetadataFormat } from './formats.ts';
import {
  contentsOf,
  firstStamp,
  listRecords,
  listSets,
  recordOf,
  setOfSeries,
  type OaiRecord,
  type Part,
  type Repository,
} from './records.ts';
import { OaiError, oaiRequestOf, tokenOf, type OaiRequest } from './request.ts';

/** Answers of OAI-PMH 2.0 as XML. */

const OAI = 'http://www.openarchives.org/OAI/2.0/';

const oai = (name: string, children: readonly (XmlNode | undefined)[] = [], attributes = {}): XmlElement =>
  element(OAI, name, attributes, children);

const PREFIXES = {
  [OAI]: '',
  [XSI_NAMESPACE]: 'xsi',
  'http://www.openarchives.org/OAI/2.0/oai_dc/': 'oai_dc',
  'http://purl.org/dc/elements/1.1/': 'dc',
  [DUBLINCORE_NAMESPACE]: 'ocdc',
  [DCTERMS_NAMESPACE]: 'dcterms',
};

/** What an answer is made with. */
export interface OaiNeeds {
  database: Database;
  repository: Repository;
  /** URL of this server. */
  base: string;
  /** E-mail address of whoever runs the server. */
  adminEmail: string;
  nowMs: number;
}

/** The answer to a request, whose errors are a part of it. */
export async function oaiAnswer(
  needs: OaiNeeds,
  pairs: readonly (readonly [name: string, value: string])[],
): Promise<string> {
  const url = `${needs.base}/oaipmh/${encodeURIComponent(needs.repository.name)}`;
  const head = oai('responseDate', [w3cOf(needs.nowMs)]);
  try {
    const request = oaiRequestOf(pairs);
    const content = await contentOf(needs, request, url);
    return document([head, oai('request', [url], Object.fromEntries(pairs)), content]);
  } catch (error) {
    if (!(error instanceof OaiError)) throw error;
    // The protocol wants no arguments in the answer to a request that was not understood.
    const isUnclear = error.code === 'badVerb' || error.code === 'badArgument';
    const attributes = isUnclear ? {} : Object.fromEntries(pairs);
    return document([head, oai('request', [url], attributes), oai('error', [error.message], { code: error.code })]);
  }
}

const document = (children: readonly XmlElement[]): string => {
  const root = oai('OAI-PMH', children);
  const value = `${OAI} http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd`;
  return formatXml({ ...root, attributes: [{ name: 'schemaLocation', namespace: XSI_NAMESPACE, value }] }, PREFIXES);
};

async function contentOf(needs: OaiNeeds, request: OaiRequest, url: string): Promise<XmlElement> {
  const { database, repository } = needs;
  switch (request.verb) {
    case 'Identify':
      return identify(needs, url);
    case 'ListMetadataFormats':
      if (request.identifier !== undefined) await knownRecord(needs, request.identifier);
      return oai('ListMetadataFormats', METADATA_FORMATS.map(formatElement));
    case 'ListSets': {
      const part = await listSets(database, repository, request.cursor);
      if (part.total === 0) throw new OaiError('noSetHierarchy', 'nothing of a series is published yet');
      const sets = part.entries.map(({ series, title }) =>
        oai('set', [oai('setSpec', [setOfSeries(series)]), oai('setName', [title ?? series])]),
      );
      return oai('ListSets', [...sets, tokenElement(request, part)]);
    }
    case 'GetRecord': {
      const record = await knownRecord(needs, request.identifier);
      const [written] = await recordElements(needs, [record], request.prefix);
      return oai('GetRecord', [written]);
    }
    case 'ListIdentifiers':
    case 'ListRecords': {
      const part = await listRecords(database, repository, request);
      if (part.entries.length === 0) throw new OaiError('noRecordsMatch', 'no record fits these arguments');
      const entries =
        request.verb === 'ListIdentifiers'
          ? part.entries.map(headerOf)
          : await recordElements(needs, part.entries, request.prefix);
      return oai(request.verb, [...entries, tokenElement(request, part)]);
    }
  }
}

async function knownRecord({ database, repository }: OaiNeeds, identifier: string): Promise<OaiRecord> {
  const record = await recordOf(database, repository, identifier);
  if (record) return record;
  throw new OaiError('idDoesNotExist', `there is no record ${JSON.stringify(identifier.slice(0, 100))}`);
}

async function identify({ database, repository, adminEmail }: OaiNeeds, url: string): Promise<XmlElement> {
  const firstUs = await firstStamp(database, repository);
  return oai('Identify', [
    oai('repositoryName', [`Amphi, ${repository.name}`]),
    oai('baseURL', [url]),
    oai('protocolVersion', ['2.0']),
    oai('adminEmail', [adminEmail]),
    oai('earliestDatestamp', [w3cOf((firstUs ?? 0) / 1000)]),
    // What a reader may not read any more, or what was taken back, is told to those who could read it.
    oai('deletedRecord', ['transient']),
    oai('granularity', ['YYYY-MM-DDThh:mm:ssZ']),
  ]);
}

const formatElement = ({ prefix, schema, namespace }: MetadataFormat): XmlElement =>
  oai('metadataFormat', [
    oai('metadataPrefix', [prefix]),
    oai('schema', [schema]),
    oai('metadataNamespace', [namespace]),
  ]);

const headerOf = ({ event, stampUs, isDeleted, series }: OaiRecord): XmlElement =>
  oai(
    'header',
    [
      oai('identifier', [event]),
      oai('datestamp', [w3cOf(stampUs / 1000)]),
      // Of what is deleted nothing is said but its name and the time.
      series === null || isDeleted ? undefined : oai('setSpec', [setOfSeries(series)]),
    ],
    isDeleted ? { status: 'deleted' } : {},
  );

async function recordElements(
  { database, repository, base }: OaiNeeds,
  records: readonly OaiRecord[],
  prefix: string,
): Promise<XmlElement[]> {
  const format = METADATA_FORMATS.find((one) => one.prefix === prefix);
  const { episodes, series } = await contentsOf(database, repository, records);
  return records.flatMap((record) => {
    if (record.isDeleted) return [oai('record', [headerOf(record)])];
    const episode = episodes.get(record.event);
    // An event that was deleted just now is told as deleted the next time.
    if (!episode || !format) return [];
    const metadata = format.metadata(episode, series.get(record.series ?? ''), base);
    return [oai('record', [headerOf(record), oai('metadata', [metadata])])];
  });
}

/** Token of a list that goes on, or an empty one at the end of a list that came in parts. */
function tokenElement(request: OaiRequest, { total, next, entries }: Part<unknown>): XmlElement | undefined {
  const before = 'cursor' in request ? (request.cursor?.given ?? 0) : 0;
  if (!next && before === 0) return undefined;
  const counts = { completeListSize: String(Math.max(total, before + entries.length)), cursor: String(before) };
  return oai('resumptionToken', next ? [tokenOf(request, next)] : [], counts);
}
