import { w3cOf } from '@amphi/lib/opencast/dates.ts';
import { catalogOf, type Catalog } from '@amphi/lib/opencast/dublin-core.ts';
import { wordsOf } from '../../catalogue/event-rows.ts';
import { aclJson } from './acl.ts';
import { statusOfListed, type ListedEvent } from '../../catalogue/list-events.ts';
import { opencastStatus } from '../../catalogue/status.ts';
import { catalogsJson, EPISODE, toldOf, type Told } from './metadata.ts';

/** Parts of an event that are given only on request. */
export interface Besides {
  acl: boolean;
  metadata: boolean;
  scheduling: boolean;
  /** Publications with their elements; undefined: they are not asked for. */
  publications: readonly object[] | undefined;
}

/** Event of the External API, in version v1.`minor`.0 (facts/opencast 3.1). */
export function eventJson(event: ListedEvent, minor: number, besides: Besides, nowMs: number): object {
  const words = wordsOf(event);
  return {
    ...basicsOf(event, words),
    ...(minor < 1 ? {} : { ...sinceOneOne(event, words), status: opencastStatus(statusOfListed(event, nowMs)) }),
    publication_status: event.publications.map(({ channel }) => channel),
    processing_state: (event.workflowState ?? '').toUpperCase(),
    ...timesOf(event, minor),
    subjects: words.subjects,
    title: event.title,
    ...(besides.acl ? { acl: aclJson(event.acl) } : {}),
    ...(besides.metadata ? { metadata: catalogsJson(EPISODE, words, toldOfEvent(event)) } : {}),
    ...(besides.scheduling && minor >= 1 ? { scheduling: schedulingJson(event) ?? {} } : {}),
    ...(besides.publications ? { publications: besides.publications } : {}),
  };
}

function basicsOf(event: ListedEvent, words: Catalog): object {
  return {
    ...(event.newestVersion === null ? {} : { archive_version: event.newestVersion }),
    created: w3cOf(startOf(event)),
    creator: event.creator ?? '',
    contributor: words.contributors,
    description: words.description ?? '',
    has_previews: event.publications.length > 0,
    identifier: event.id,
    location: event.agent ?? event.hall ?? '',
    presenter: words.creators,
  };
}

const sinceOneOne = (event: ListedEvent, words: Catalog): object => ({
  language: words.language ?? '',
  rightsholder: words.rightsHolder ?? '',
  license: words.license ?? '',
  is_part_of: event.series ?? '',
  series: event.seriesTitle ?? '',
  source: words.source ?? '',
});

/** Start and length: up to v1.3 those of the schedule; later the length is that of the recording. */
function timesOf(event: ListedEvent, minor: number): object {
  const { starts_at, ends_at, durationMs } = event;
  const start = w3cOf(startOf(event));
  const planned = starts_at && ends_at ? ends_at.getTime() - starts_at.getTime() : null;
  if (minor >= 4) return { start, duration: durationMs ?? planned };
  return { start, ...(planned === null ? {} : { duration: planned }) };
}

/** Start of an event; for one that was never scheduled, the time at which it was recorded or made. */
const startOf = (event: ListedEvent): number =>
  event.starts_at?.getTime() ??
  catalogOf(event.terms).temporal?.startsAtMs ??
  wordsOf(event).createdMs ??
  event.created_at.getTime();

/** Fields of an event's catalog that do not come from its Dublin Core. */
export const toldOfEvent = (event: ListedEvent): Told =>
  toldOf({
    id: event.id,
    series: event.series,
    agent: event.agent,
    startsAtMs: startOf(event),
    endsAtMs: event.ends_at?.getTime(),
  });

/** Times, agent and inputs of an event; undefined if it is not scheduled. */
export const schedulingJson = ({ agent, starts_at, ends_at, inputs }: ListedEvent): object | undefined =>
  agent !== null && starts_at && ends_at
    ? {
        agent_id: agent,
        start: w3cOf(starts_at.getTime()),
        end: w3cOf(ends_at.getTime()),
        ...(inputs.length > 0 ? { inputs } : {}),
      }
    : undefined;
