import { sql, type Expression, type RawBuilder, type SqlBool } from 'kysely';
import { msOfW3c } from '@amphi/lib/opencast/dates.ts';
import { BadRequest } from './bad-request.ts';

/** What lists of events and of series share: filters, orders and pages, by the names that Opencast gives them. */

export interface Filter {
  name: string;
  value: string;
}

export interface Sorting {
  by: string;
  descending: boolean;
}

export interface Listing {
  /** One of these must fit; each is all of its filters. None: everything. */
  filters: readonly (readonly Filter[])[];
  sorting: readonly Sorting[];
  limit?: number | undefined;
  offset?: number;
  /** Only what these roles may do this with, by the access lists; undefined: everything. */
  allowed?: { roles: readonly string[]; action: string } | undefined;
  /** Whether filters that nobody knows are a mistake; else they are left out. */
  strict?: boolean;
  /** What must fit, whatever the filters say. */
  besides?: readonly Condition[];
  /** Orders of the program's own, which count before those that were asked for. */
  first?: readonly Expression<unknown>[];
}

export type Condition = Expression<SqlBool>;

/** Filters by their name. */
export type Conditions = Readonly<Record<string, (value: string) => Condition>>;

/** Orders by their name; undefined: there is nothing to sort by any more. */
export type Orders = Readonly<Record<string, Expression<unknown> | undefined>>;

/** `where`, `order by`, `limit` and `offset` of a list. Throws BadRequest for a filter or an order that there is not. */
export function listedBy(
  listing: Listing,
  conditions: Conditions,
  orders: Orders,
  last: readonly Expression<unknown>[],
  acl: Expression<unknown>,
): RawBuilder<unknown> {
  const { sorting, limit, offset = 0, first = [] } = listing;
  const order = sql.join([...first, ...sorting.flatMap((one) => orderOf(one, orders)), ...last]);
  const where = chosenBy(listing, conditions, acl);
  return sql`${where} order by ${order} limit ${limit ?? null} offset ${offset}`;
}

/** The `where` of a list alone, to count what it would be without pages. Throws BadRequest for a filter that there is not. */
export function chosenBy(
  { filters, strict = true, allowed, besides = [] }: Listing,
  conditions: Conditions,
  acl: Expression<unknown>,
): RawBuilder<unknown> {
  const either = filters.map(
    (all) => sql`(${sql.join([sql`true`, ...all.flatMap((one) => conditionOf(one, conditions, strict))], sql` and `)})`,
  );
  const where = either.length > 0 ? sql.join(either, sql` or `) : sql`true`;
  const may = allowed ? allows(acl, allowed) : sql`true`;
  return sql`where ${sql.join([sql`(${where})`, may, ...besides], sql` and `)}`;
}

/** A text as a pattern of `ilike` that finds it anywhere: its own signs of patterns mean themselves. */
export const patternOf = (text: string): string => `%${escaped(text)}%`;

const escaped = (text: string): string => text.replaceAll(/[\\%_]/g, String.raw`\$&`);

/** The same, for a word in which `*` is any letters and `?` is one, as search machines have it. */
export const wildPattern = (text: string): string => `%${escaped(text).replaceAll('*', '%').replaceAll('?', '_')}%`;

/** Words of one search; more are refused, since each is looked for in every text. */
const MOST_WORDS = 30;

/** Every word is somewhere in a text, whatever the case. Throws BadRequest for more words than a search has. */
export function everyWord(text: Expression<unknown>, value: string): Condition {
  const words = value.split(/\s+/).filter(Boolean);
  if (words.length > MOST_WORDS) throw new BadRequest(`a search has ${MOST_WORDS} words at most`);
  const found = words.map((word) => sql`${text} ilike ${wildPattern(word)}`);
  return sql<boolean>`(${sql.join([sql`true`, ...found], sql` and `)})`;
}

/** Whether an access list allows one of some roles an action. */
const allows = (acl: Expression<unknown>, { roles, action }: { roles: readonly string[]; action: string }): Condition =>
  sql<boolean>`exists (select 1 from jsonb_array_elements(${acl}) as ace where ace->>'action' = ${action}
    and ace->>'allow' is distinct from 'false' and ace->>'role' = any(${[...roles]}::text[]))`;

function conditionOf({ name, value }: Filter, conditions: Conditions, strict: boolean): Condition[] {
  const condition = Object.hasOwn(conditions, name) ? conditions[name] : undefined;
  if (condition) return [condition(value)];
  if (strict) throw new BadRequest(`Unknown filter criterion in request: ${name}`);
  return [];
}

function orderOf({ by, descending }: Sorting, orders: Orders): Expression<unknown>[] {
  if (!Object.hasOwn(orders, by)) throw new BadRequest(`Unknown sort criterion in request: ${by}`);
  const order = orders[by];
  return order ? [descending ? sql`${order} desc nulls last` : sql`${order} asc nulls last`] : [];
}

/** Filters by what the Dublin Core in a column says, whatever the case. */
export const termConditions = (
  terms: Expression<unknown>,
  names: Readonly<Record<string, string>>,
): Record<string, (value: string) => Condition> =>
  Object.fromEntries(
    Object.entries(names).map(([name, term]) => [
      name,
      (value: string): Condition =>
        sql<boolean>`exists (select 1 from jsonb_array_elements(${terms}) as term
          where term->>'name' = ${term} and lower(term->>'value') = lower(${value}))`,
    ]),
  );

/** The first value of a term of the Dublin Core in a column. */
export const firstTerm = (terms: Expression<unknown>, term: string): Expression<unknown> =>
  sql`(select term->>'value' from jsonb_array_elements(${terms}) as term where term->>'name' = ${term} limit 1)`;

/** A moment in a filter. Throws BadRequest. */
export function momentIn(name: string, text: string): Date {
  const ms = msOfW3c(text);
  if (ms === undefined) throw new BadRequest(`Filter '${name}' could not be parsed: ${text}`);
  return new Date(ms);
}

/** `2026-10-01T00:00:00Z/2026-11-01T00:00:00Z`: whether a moment lies within, both borders counted. Throws BadRequest. */
export function within(name: string, moment: Expression<unknown>, text: string): Condition {
  const [from = '', to, more] = text.split('/');
  if (to === undefined || more !== undefined) throw new BadRequest(`Filter '${name}' could not be parsed: ${text}`);
  return sql<boolean>`${moment} between ${momentIn(name, from)} and ${momentIn(name, to)}`;
}
