import {
  DEVICE_NAMES,
  formatAgentProperties,
  WORKFLOW_CONFIGURATION,
  WORKFLOW_DEFINITION,
} from '@amphi/lib/opencast/agent-properties.ts';
import { formatPeriod, w3cOf } from '@amphi/lib/opencast/dates.ts';
import { DCTERMS_NAMESPACE, formatTerms, type Term } from '@amphi/lib/opencast/dublin-core.ts';
import type { EventRow, SeriesRow } from '../store/tables.ts';

/** Dublin Core and agent properties of events and series, as their catalogs, media packages and calendars have them. */

/** Terms whose values are in columns: those in the stored catalog are replaced by them. */
const OF_COLUMNS = new Set(['title', 'identifier', 'isPartOf', 'created', 'temporal', 'spatial']);

/** Dublin Core of an event: the terms of its columns, then its other terms as they are stored. */
export function episodeTerms(event: EventRow): Term[] {
  const of = (name: string, value: string | null, type?: string): Term[] =>
    value ? [{ namespace: DCTERMS_NAMESPACE, name, value, ...(type ? { type } : {}) }] : [];
  const title = event.terms.filter((term) => isOwn(term, 'title') && term.value === event.title);
  // An event that is not scheduled keeps these terms as its agent sent them.
  const own = (name: string): Term[] => event.terms.filter((term) => isOwn(term, name));
  const created = own('created');
  const period = event.starts_at && event.ends_at && { startsAtMs: +event.starts_at, endsAtMs: +event.ends_at };
  return [
    ...(title.length > 0 ? title.slice(0, 1) : of('title', event.title)),
    ...of('identifier', event.id),
    ...event.terms.filter((term) => term.namespace !== DCTERMS_NAMESPACE || !OF_COLUMNS.has(term.name)),
    ...of('isPartOf', event.series),
    ...(event.starts_at ? of('created', w3cOf(+event.starts_at), 'dcterms:W3CDTF') : created),
    ...(period ? of('temporal', formatPeriod(period), 'dcterms:Period') : own('temporal')),
    ...(event.agent ? of('spatial', event.agent) : own('spatial')),
  ];
}

const isOwn = (term: Term, name: string): boolean => term.namespace === DCTERMS_NAMESPACE && term.name === name;

/** Dublin Core of an event as XML. */
export const episodeXml = (event: EventRow): string => formatTerms(episodeTerms(event));

/** Dublin Core of a series. */
export function seriesTerms(series: SeriesRow): Term[] {
  const of = (name: string, value: string): Term => ({ namespace: DCTERMS_NAMESPACE, name, value });
  const others = series.terms.filter((term) => !isOwn(term, 'title') && !isOwn(term, 'identifier'));
  return [of('title', series.title), of('identifier', series.id), ...others];
}

/** Dublin Core of a series as XML. */
export const seriesXml = (series: SeriesRow): string => formatTerms(seriesTerms(series));

/** Agent properties of an event: how it is recorded and processed. They are an attachment of its calendar entry. */
export function agentPropertiesOf(event: EventRow): Record<string, string> {
  const configuration = Object.entries(event.workflow_configuration).map(([key, value]) => [
    `${WORKFLOW_CONFIGURATION}${key}`,
    value,
  ]);
  return {
    ...(event.workflow ? { [WORKFLOW_DEFINITION]: event.workflow } : {}),
    ...(Object.fromEntries(configuration) as Record<string, string>),
    ...event.agent_properties,
    ...(event.inputs.length > 0 ? { [DEVICE_NAMES]: event.inputs.join(',') } : {}),
    'event.title': event.title,
    ...(event.series ? { 'event.series': event.series } : {}),
    ...(event.agent ? { 'event.location': event.agent } : {}),
  };
}

/** Agent properties of an event as the text of a properties file. */
export const agentPropertiesText = (event: EventRow): string => formatAgentProperties(agentPropertiesOf(event));
