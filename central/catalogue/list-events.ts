import { sql, type Expression, type SqlBool } from 'kysely';
import { msOfW3c } from '@amphi/lib/opencast/dates.ts';
import type { Database } from '../store/connect.ts';
import type { EventRow } from '../store/tables.ts';
import { BadRequest } from '../http/fields.ts';
import type { Filter, Sorting } from '../http/external-api/paging.ts';

/** An event with what stands elsewhere about it. */
export interface ListedEvent extends EventRow {
  seriesTitle: string | null;
  /** Of the newest workflow. */
  workflowState: string | null;
  /** Of the newest ingest; null: none yet. */
  newestVersion: number | null;
  durationMs: number | null;
  creator: string | null;
  status: string;
}

const PREFIX = 'EVENTS.EVENTS.STATUS.';

/** What Opencast shows of an event (facts/opencast 1.6): what its workflow does, else what its agent does. */
const STATUS = sql<string>`case workflow_state
  when 'instantiated' then 'PENDING' when 'running' then 'PROCESSING' when 'failing' then 'PROCESSING'
  when 'paused' then 'PAUSED' when 'succeeded' then 'PROCESSED' when 'failed' then 'PROCESSING_FAILURE'
  when 'stopped' then 'PROCESSING_CANCELLED'
  else case
    when newest_version is not null then 'PROCESSED'
    when events.recording_state in ('capturing', 'capture_finished') then 'RECORDING'
    when events.recording_state like '%error' then 'RECORDING_FAILURE'
    when events.recording_state is not null and events.recording_state <> 'unknown' then 'INGESTING'
    else 'SCHEDULED' end
  end`;

const ABOUT = sql`
  left join series on series.id = events.series
  left join lateral (select state as workflow_state from workflows where workflows.event = events.id order by id desc limit 1) w on true
  left join lateral (select max(version) as newest_version from event_versions where event_versions.event = events.id) v on true
  left join lateral (select max(duration_ms) as duration_ms from files
    where files.event = events.id and files.version = newest_version) f on true
  left join lateral (select account as creator from audit_log where audit_log.kind = 'event' and audit_log.object = events.id
    and action = 'create' order by id limit 1) a on true`;

export interface Listing {
  /** One of these must fit; each is all of its filters. None: everything. */
  filters: readonly (readonly Filter[])[];
  sorting: readonly Sorting[];
  limit?: number | undefined;
  offset?: number;
  /** Whether filters that nobody knows are a mistake. */
  strict?: boolean;
}

/** Events as they are asked for. Throws BadRequest for a filter or an order that there is not. */
export async function listEvents(database: Database, listing: Listing): Promise<ListedEvent[]> {
  const { filters, sorting, limit, offset = 0, strict = true } = listing;
  const either = filters.map(
    (all) => sql`(${sql.join([sql`true`, ...all.flatMap((one) => conditionOf(one, strict))], sql` and `)})`,
  );
  const where = either.length > 0 ? sql.join(either, sql` or `) : sql`true`;
  const order = sql.join([...sorting.flatMap(orderOf), sql`events.starts_at`, sql`events.title`, sql`events.id`]);
  const { rows } = await sql<ListedEvent>`
    select events.*, series.title as "seriesTitle", workflow_state as "workflowState", newest_version as "newestVersion",
      duration_ms as "durationMs", creator, ${PREFIX} || ${STATUS} as status
    from events ${ABOUT} where ${where} order by ${order}
    limit ${limit ?? null} offset ${offset}`.execute(database);
  return rows;
}

export async function findEvent(database: Database, id: string): Promise<ListedEvent | undefined> {
  const [found] = await listEvents(database, { filters: [[{ name: 'identifier', value: id }]], sorting: [] });
  return found;
}

type Condition = Expression<SqlBool>;

const said = (term: string, value: string): Condition =>
  sql<boolean>`exists (select 1 from jsonb_array_elements(events.terms) as term
    where term->>'name' = ${term} and lower(term->>'value') = lower(${value}))`;

const CONDITIONS: Record<string, (value: string) => Condition> = {
  identifier: (value) => sql<boolean>`events.id = ${value}`,
  presenters: (value) => said('creator', value),
  contributors: (value) => said('contributor', value),
  subject: (value) => said('subject', value),
  description: (value) => said('description', value),
  language: (value) => said('language', value),
  license: (value) => said('license', value),
  rightsholder: (value) => said('rightsHolder', value),
  source: (value) => said('source', value),
  location: (value) => sql<boolean>`events.agent = ${value}`,
  agent_id: (value) => sql<boolean>`events.agent = ${value}`,
  series: (value) => sql<boolean>`events.series = ${value}`,
  is_part_of: (value) => sql<boolean>`events.series = ${value}`,
  series_name: (value) => sql<boolean>`lower(series.title) = lower(${value})`,
  title: (value) => sql<boolean>`lower(events.title) = lower(${value})`,
  status: (value) => sql<boolean>`${PREFIX} || ${STATUS} = ${value}`,
  created: (value) =>
    sql<boolean>`date_trunc('second', coalesce(events.starts_at, events.created_at)) = ${instant('created', value)}`,
  start: (value) => within('start', value),
  technical_start: (value) => within('technical_start', value),
  textFilter: (value) => anywhere(value),
};

function conditionOf({ name, value }: Filter, strict: boolean): Condition[] {
  const condition = Object.hasOwn(CONDITIONS, name) ? CONDITIONS[name] : undefined;
  if (condition) return [condition(value)];
  if (strict) throw new BadRequest(`Unknown filter criterion in request: ${name}`);
  return [];
}

function instant(name: string, text: string): Date {
  const ms = msOfW3c(text);
  if (ms === undefined) throw new BadRequest(`Filter '${name}' could not be parsed: ${text}`);
  return new Date(ms);
}

function within(name: string, text: string): Condition {
  const [from, to, more] = text.split('/');
  if (to === undefined || more !== undefined) throw new BadRequest(`Filter '${name}' could not be parsed: ${text}`);
  return sql<boolean>`coalesce(events.starts_at, events.created_at) between ${instant(name, from ?? '')} and ${instant(name, to)}`;
}

/** Every word is somewhere. */
function anywhere(value: string): Condition {
  const words = value.split(/\s+/).filter(Boolean);
  const patterns = words.map((word) => `%${word.replaceAll(/[\\%_]/g, '\\$&')}%`);
  const text = sql`concat_ws(' ', events.id, events.title, events.agent, series.title, events.terms::text)`;
  return sql<boolean>`${sql.join([sql`true`, ...patterns.map((pattern) => sql`${text} ilike ${pattern}`)], sql` and `)}`;
}

const presenter = sql`(select term->>'value' from jsonb_array_elements(events.terms) as term where term->>'name' = 'creator' limit 1)`;
const ORDERS: Record<string, Expression<unknown> | undefined> = {
  title: sql`events.title`,
  presenter,
  start_date: sql`events.starts_at`,
  date: sql`events.starts_at`,
  technical_date: sql`events.starts_at`,
  technical_start: sql`events.starts_at`,
  end_date: sql`events.ends_at`,
  technical_end: sql`events.ends_at`,
  workflow_state: sql`workflow_state`,
  series_name: sql`series.title`,
  location: sql`events.agent`,
  // Of old versions: there is nothing to sort by any more.
  review_status: undefined,
  scheduling_status: undefined,
};

function orderOf({ by, descending }: Sorting): Expression<unknown>[] {
  if (!Object.hasOwn(ORDERS, by)) throw new BadRequest(`Unknown sort criterion in request: ${by}`);
  const order = ORDERS[by];
  return order ? [descending ? sql`${order} desc nulls last` : sql`${order} asc nulls last`] : [];
}
