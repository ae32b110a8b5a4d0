import { sql, type RawBuilder } from 'kysely';
import type { Database } from '../store/connect.ts';
import type { AclEntry, EventRow, PublicationRow } from '../store/tables.ts';
import {
  chosenBy,
  everyWord,
  firstTerm,
  listedBy,
  momentIn,
  termConditions,
  within,
  type Condition,
  type Conditions,
  type Listing,
  type Orders,
} from './filters.ts';
import { BadRequest } from './bad-request.ts';
import { CUTTING } from './comments/reasons.ts';
import { ENGAGE, IS_PUBLISHED } from './published/publications.ts';
import {
  NEWEST_VERSION_SQL,
  STATUS_SQL,
  statusesNamed,
  statusOf,
  WORKFLOW_STATE_SQL,
  type EventStatus,
} from './status.ts';

/** An event, with facts about it from other tables. */
export interface ListedEvent extends EventRow {
  seriesTitle: string | null;
  /** State of its newest workflow; null: there is none. */
  workflowState: string | null;
  /** Number of its newest version; null: nothing is ingested yet. */
  newestVersion: number | null;
  durationMs: number | null;
  /** Number of its comments, and of those that are not resolved. */
  comments: number;
  openComments: number;
  /** Whether a comment says that it still has to be cut. */
  needsCutting: boolean;
  /** Account that made it. */
  creator: string | null;
  /** What is published of it, in each channel. */
  publications: Published[];
  /** Access list in force: the event's own, else that of its series. */
  accessList: AclEntry[];
}

/** A publication, as lists of events name it. */
export type Published = Pick<PublicationRow, 'id' | 'channel' | 'url' | 'mime_type'>;

/** Tables that conditions and orders use; counting needs no others. */
const ASKED = sql`left join series on series.id = events.series`;

const ABOUT = sql`${ASKED}
  left join lateral (select ${WORKFLOW_STATE_SQL} as workflow_state, ${NEWEST_VERSION_SQL} as newest_version) v on true
  left join lateral (select max(duration_ms) as duration_ms from files
    where files.event = events.id and files.version = newest_version) f on true
  left join lateral (select count(*) as comments, count(*) filter (where not resolved) as open_comments,
    coalesce(bool_or(not resolved and reason = ${CUTTING}), false) as needs_cutting
    from comments where comments.event = events.id) c on true
  left join lateral (select account as creator from audit_log where audit_log.kind = 'event' and audit_log.object = events.id
    and action = 'create' order by id limit 1) a on true`;

/**
 * Events of a list. The page is chosen first, and facts from other tables are read for its events alone. Throws
 * BadRequest for an unknown filter or order.
 */
export async function listEvents(database: Database, listing: Listing): Promise<ListedEvent[]> {
  const last = [sql`events.starts_at`, sql`events.title`, sql`events.id`];
  const { rows } = await sql<ListedEvent>`
    select events.*, series.title as "seriesTitle", workflow_state as "workflowState", newest_version as "newestVersion",
      duration_ms as "durationMs", comments, open_comments as "openComments", needs_cutting as "needsCutting", creator, ${ACL} as "accessList",
      coalesce((select jsonb_agg(jsonb_build_object('id', id, 'channel', channel, 'url', url, 'mime_type', mime_type) order by channel)
        from publications where publications.event = events.id and ended_at is null), '[]') as publications
    from unnest(array(select events.id from events ${ASKED} ${listedBy(listing, CONDITIONS, ORDERS, last, ACL)}))
      with ordinality as page (chosen, place)
    join events on events.id = page.chosen ${ABOUT} order by place`.execute(database);
  return rows;
}

/** Number of events of a list without its pages. Throws BadRequest as `listEvents` does. */
export async function countEvents(database: Database, listing: Listing): Promise<number> {
  const { rows } = await sql<{ total: number }>`
    select count(*) as total from events ${ASKED} ${chosenBy(listing, CONDITIONS, ACL)}`.execute(database);
  return rows[0]?.total ?? 0;
}

/** Ids of the events of a list, as a part of another query. Throws BadRequest as `listEvents` does. */
export const eventIds = (listing: Listing): RawBuilder<string> =>
  sql<string>`(select events.id from events ${ASKED} ${chosenBy(listing, CONDITIONS, ACL)})`;

/** Those of some events that roles may read, by their ids. */
export async function readableAmong(
  database: Database,
  ids: readonly string[],
  roles: readonly string[],
): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const allowed = { roles, action: 'read' };
  const { rows } = await sql<{ id: string }>`select id from events
    where id = any(${[...ids]}::text[]) and id in ${eventIds({ filters: [], sorting: [], allowed })}`.execute(database);
  return new Set(rows.map(({ id }) => id));
}

/** One event, with facts about it from other tables. */
export async function findEvent(
  database: Database,
  id: string,
  allowed?: Listing['allowed'],
): Promise<ListedEvent | undefined> {
  const filters = [[{ name: 'identifier', value: id }]];
  const [found] = await listEvents(database, { filters, sorting: [], allowed });
  return found;
}

/** Status of a listed event at a moment. */
export const statusOfListed = (event: ListedEvent, nowMs: number): EventStatus =>
  statusOf(
    {
      workflowState: event.workflowState,
      newestVersion: event.newestVersion,
      isPublished: event.publications.some(({ channel }) => channel === ENGAGE),
      recordingState: event.recording_state,
      endsAtMs: event.ends_at?.getTime(),
    },
    nowMs,
  );

/** Access list in force, where `events` and `series` are joined: the event's own, else that of its series (facts/opencast 1.12). */
export const ACL = sql`case when jsonb_array_length(events.acl) > 0 then events.acl else coalesce(series.acl, '[]') end`;

const terms = sql`events.terms`;
const moment = sql`coalesce(events.starts_at, events.created_at)`;

const CONDITIONS: Conditions = {
  ...termConditions(terms, {
    presenters: 'creator',
    contributors: 'contributor',
    subject: 'subject',
    description: 'description',
    language: 'language',
    license: 'license',
    rightsholder: 'rightsHolder',
    source: 'source',
  }),
  identifier: (value) => sql<boolean>`events.id = ${value}`,
  location: (value) => sql<boolean>`events.agent = ${value}`,
  agent_id: (value) => sql<boolean>`events.agent = ${value}`,
  series: (value) => sql<boolean>`events.series = ${value}`,
  is_part_of: (value) => sql<boolean>`events.series = ${value}`,
  series_name: (value) => sql<boolean>`lower(series.title) = lower(${value})`,
  title: (value) => sql<boolean>`lower(events.title) = lower(${value})`,
  status: (value) => sql<boolean>`${STATUS_SQL} = any(${statusesNamed(value)}::text[])`,
  comments: (value) => commented(value),
  created: (value) => sql<boolean>`date_trunc('second', ${moment}) = ${momentIn('created', value)}`,
  start: (value) => within('start', moment, value),
  technical_start: (value) => within('technical_start', moment, value),
  textFilter: (value) => anywhere(value),
  isPublished: (value) => sql<boolean>`${IS_PUBLISHED} = ${value.toLowerCase() === 'true'}`,
  is_published: (value) => sql<boolean>`${IS_PUBLISHED} = ${value.toLowerCase() === 'true'}`,
};

/** Condition by the comments of an event: `NONE`, `OPEN` (one is not resolved) or `RESOLVED` (all are). Throws BadRequest. */
function commented(value: string): Condition {
  const some = sql`exists (select 1 from comments where comments.event = events.id)`;
  const open = sql`exists (select 1 from comments where comments.event = events.id and not resolved)`;
  switch (value.toUpperCase()) {
    case 'NONE':
      return sql<boolean>`not ${some}`;
    case 'OPEN':
      return sql<boolean>`${open}`;
    case 'RESOLVED':
      return sql<boolean>`(${some} and not ${open})`;
    default:
      throw new BadRequest(`comments must be NONE, OPEN or RESOLVED, not ${JSON.stringify(value.slice(0, 40))}`);
  }
}

/** Searchable text of an event: ids, titles, agent and all terms. */
export const SAID = sql`concat_ws(' ', events.id, events.title, events.agent, series.title, events.terms::text)`;

/** Condition that this text contains every word. Throws BadRequest for too many words. */
export const anywhere = (value: string) => everyWord(SAID, value);

const ORDERS: Orders = {
  title: sql`events.title`,
  presenter: firstTerm(terms, 'creator'),
  start_date: sql`events.starts_at`,
  date: sql`events.starts_at`,
  technical_date: sql`events.starts_at`,
  technical_start: sql`events.starts_at`,
  end_date: sql`events.ends_at`,
  technical_end: sql`events.ends_at`,
  workflow_state: WORKFLOW_STATE_SQL,
  series_name: sql`series.title`,
  location: sql`events.agent`,
  // Orders of older versions of Opencast: accepted, without effect.
  review_status: undefined,
  scheduling_status: undefined,
};
