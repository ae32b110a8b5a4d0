import { sql } from 'kysely';
import type { Database } from '../store/connect.ts';
import type { SeriesRow } from '../store/tables.ts';
import {
  chosenBy,
  everyWord,
  firstTerm,
  listedBy,
  termConditions,
  within,
  type Conditions,
  type Listing,
  type Orders,
} from './filters.ts';

/** A series, with the account that made it. */
export interface ListedSeries extends SeriesRow {
  creator: string | null;
}

const ABOUT = sql`left join lateral (select account as creator from audit_log where audit_log.kind = 'series'
  and audit_log.object = series.id and action = 'create' order by id limit 1) a on true`;

/** Series of a list. Throws BadRequest for an unknown filter or order. */
export async function listSeries(database: Database, listing: Listing): Promise<ListedSeries[]> {
  const last = [sql`series.title`, sql`series.id`];
  const { rows } = await sql<ListedSeries>`select series.*, creator from series ${ABOUT}
    ${listedBy(listing, CONDITIONS, ORDERS, last, sql`series.acl`)}`.execute(database);
  return rows;
}

/** Number of series of a list without its pages. Throws BadRequest as `listSeries` does. */
export async function countListedSeries(database: Database, listing: Listing): Promise<number> {
  const { rows } = await sql<{ total: number }>`select count(*) as total from series ${ABOUT}
    ${chosenBy(listing, CONDITIONS, sql`series.acl`)}`.execute(database);
  return rows[0]?.total ?? 0;
}

/** One series, with the account that made it; undefined: there is none. */
export async function findSeries(
  database: Database,
  id: string,
  allowed?: Listing['allowed'],
): Promise<ListedSeries | undefined> {
  const filters = [[{ name: 'identifier', value: id }]];
  const [found] = await listSeries(database, { filters, sorting: [], allowed });
  return found;
}

const terms = sql`series.terms`;

const CONDITIONS: Conditions = {
  ...termConditions(terms, {
    contributors: 'contributor',
    organizers: 'creator',
    publishers: 'publisher',
    subject: 'subject',
    description: 'description',
    language: 'language',
    license: 'license',
    rightsholder: 'rightsHolder',
  }),
  identifier: (value) => sql<boolean>`series.id = ${value}`,
  title: (value) => sql<boolean>`lower(series.title) = lower(${value})`,
  creator: (value) => sql<boolean>`lower(creator) = lower(${value})`,
  Creator: (value) => sql<boolean>`lower(creator) = lower(${value})`,
  creationDate: (value) => within('creationDate', sql`series.created_at`, value),
  textFilter: (value) => everyWord(sql`concat_ws(' ', series.id, series.title, series.terms::text)`, value),
};

const ORDERS: Orders = {
  title: sql`series.title`,
  created: sql`series.created_at`,
  creator: sql`creator`,
  contributors: firstTerm(terms, 'contributor'),
  organizers: firstTerm(terms, 'creator'),
};
