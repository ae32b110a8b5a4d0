import { sql, type Expression, type SqlBool } from 'kysely';
import { msOfW3c, w3cOf } from '@amphi/lib/opencast/dates.ts';
import type { Database } from '../store/connect.ts';
import type { SeriesRow } from '../store/tables.ts';
import { BadRequest } from '../http/fields.ts';
import { wordsOf } from './event-rows.ts';
import type { Told } from '../http/external-api/metadata.ts';
import type { Filter, Sorting } from '../http/external-api/paging.ts';

/** A series, and who made it. */
export interface ListedSeries extends SeriesRow {
  creator: string | null;
}

const ABOUT = sql`left join lateral (select account as creator from audit_log where audit_log.kind = 'series'
  and audit_log.object = series.id and action = 'create' order by id limit 1) a on true`;

/** Series as they are asked for. Throws BadRequest for a filter or an order that there is not. */
export async function listSeries(
  database: Database,
  of: {
    filters: readonly (readonly Filter[])[];
    sorting: readonly Sorting[];
    limit?: number | undefined;
    offset?: number;
  },
): Promise<ListedSeries[]> {
  const either = of.filters.map((all) => sql`(${sql.join([sql`true`, ...all.map(conditionOf)], sql` and `)})`);
  const where = either.length > 0 ? sql.join(either, sql` or `) : sql`true`;
  const order = sql.join([...of.sorting.map(orderOf), sql`series.title`, sql`series.id`]);
  const { rows } = await sql<ListedSeries>`select series.*, creator from series ${ABOUT}
    where ${where} order by ${order} limit ${of.limit ?? null} offset ${of.offset ?? 0}`.execute(database);
  return rows;
}

export async function findSeries(database: Database, id: string): Promise<ListedSeries | undefined> {
  const [found] = await listSeries(database, { filters: [[{ name: 'identifier', value: id }]], sorting: [] });
  return found;
}

type Condition = Expression<SqlBool>;

const said = (term: string, value: string): Condition =>
  sql<boolean>`exists (select 1 from jsonb_array_elements(series.terms) as term
    where term->>'name' = ${term} and lower(term->>'value') = lower(${value}))`;

const CONDITIONS: Record<string, (value: string) => Condition> = {
  identifier: (value) => sql<boolean>`series.id = ${value}`,
  title: (value) => sql<boolean>`lower(series.title) = lower(${value})`,
  contributors: (value) => said('contributor', value),
  organizers: (value) => said('creator', value),
  publishers: (value) => said('publisher', value),
  subject: (value) => said('subject', value),
  description: (value) => said('description', value),
  language: (value) => said('language', value),
  license: (value) => said('license', value),
  rightsholder: (value) => said('rightsHolder', value),
  creator: (value) => sql<boolean>`lower(creator) = lower(${value})`,
  Creator: (value) => sql<boolean>`lower(creator) = lower(${value})`,
  creationDate: (value) => {
    const [from, to] = value.split('/').map((text) => msOfW3c(text));
    if (from === undefined || to === undefined)
      throw new BadRequest(`Filter 'creationDate' could not be parsed: ${value}`);
    return sql<boolean>`series.created_at between ${new Date(from)} and ${new Date(to)}`;
  },
  textFilter: (value) => {
    const pattern = `%${value.replaceAll(/[\\%_]/g, '\\$&')}%`;
    return sql<boolean>`concat_ws(' ', series.id, series.title, series.terms::text) ilike ${pattern}`;
  },
};

function conditionOf({ name, value }: Filter): Condition {
  const condition = Object.hasOwn(CONDITIONS, name) ? CONDITIONS[name] : undefined;
  if (!condition) throw new BadRequest(`Unknown filter criterion in request: ${name}`);
  return condition(value);
}

const first = (term: string) =>
  sql`(select term->>'value' from jsonb_array_elements(series.terms) as term where term->>'name' = ${term} limit 1)`;
const ORDERS: Record<string, Expression<unknown>> = {
  title: sql`series.title`,
  created: sql`series.created_at`,
  creator: sql`creator`,
  contributors: first('contributor'),
};

function orderOf({ by, descending }: Sorting): Expression<unknown> {
  const order = Object.hasOwn(ORDERS, by) ? ORDERS[by] : undefined;
  if (!order) throw new BadRequest(`Unknown sort criterion in request: ${by}`);
  return descending ? sql`${order} desc nulls last` : sql`${order} asc nulls last`;
}

/** A series of the External API, in version v1.`minor`.0 (facts/opencast 3.1). */
export function seriesJson(series: ListedSeries, minor: number): object {
  const words = wordsOf(series);
  return {
    identifier: series.id,
    creator: series.creator ?? '',
    created: w3cOf(series.created_at.getTime()),
    title: series.title,
    subjects: words.subjects,
    organizers: words.creators,
    publishers: words.publishers,
    contributors: words.contributors,
    ...(minor < 1
      ? {}
      : {
          description: words.description ?? '',
          language: words.language ?? '',
          license: words.license ?? '',
          rightsholder: words.rightsHolder ?? '',
        }),
  };
}

export const toldOfSeries = ({ id, creator }: ListedSeries): Told => ({ identifier: id, createdBy: creator ?? '' });
