import { sql, type Expression, type RawBuilder, type SqlBool } from 'kysely';
import { msOfW3c } from '@amphi/lib/opencast/dates.ts';
import { BadRequest } from './bad-request.ts';

/**
 * Filters, orders and pages, which lists of events and lists of series share, by the names that Opencast gives them.
 */

/** One criterion of a filter. */
export interface Filter {
  name: string;
  value: string;
}

/** One order of a list. */
export interface Sorting {
  by: string;
  descending: boolean;
}

/** A list that is asked for: what it holds, its order, and a page of it. */
export interface Listing {
  /** Groups of filters. An entry must fit all filters of at least one group; without groups every entry fits. */
  filters: readonly (readonly Filter[])[];
  sorting: readonly Sorting[];
  limit?: number | undefined;
  offset?: number;
  /**
   * Roles and an action: only entries whose access list allows one of the roles this action; undefined: all entries.
   */
  allowed?: { roles: readonly string[]; action: string } | undefined;
  /** Whether an unknown filter is an error; otherwise it is ignored. */
  strict?: boolean;
  /** Conditions that entries must fit besides the filters. */
  besides?: readonly Condition[];
  /** Orders that come before those that were asked for. */
  first?: readonly Expression<unknown>[];
}

export type Condition = Expression<SqlBool>;

/** Functions that make the condition of a filter, by the name of the filter. */
export type Conditions = Readonly<Record<string, (value: string) => Condition>>;

/** Columns of orders, by name; undefined: an order that is still accepted, but has no effect. */
export type Orders = Readonly<Record<string, Expression<unknown> | undefined>>;

/**
 * The clauses `where`, `order by`, `limit` and `offset` of a list. Throws BadRequest for an unknown filter or order.
 */
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

/** The clause `where` of a list alone, to count its entries. Throws BadRequest for an unknown filter. */
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

/** The pattern of `ilike` that finds a text anywhere; `%`, `_` and `\` in the text stand for themselves. */
export const patternOf = (text: string): string => `%${escaped(text)}%`;

const escaped = (text: string): string => text.replaceAll(/[\\%_]/g, String.raw`\$&`);

/** The pattern of `ilike` for a word in which, as in search engines, `*` stands for any characters and `?` for one. */
export const wildPattern = (text: string): string => `%${escaped(text).replaceAll('*', '%').replaceAll('?', '_')}%`;

/** Words of one search; a search with more is refused, since every text is searched for each of them. */
const MOST_WORDS = 30;

/** Condition that a text contains every word of a search, in capitals or not. Throws BadRequest for too many words. */
export function everyWord(text: Expression<unknown>, value: string): Condition {
  const words = value.split(/\s+/).filter(Boolean);
  if (words.length > MOST_WORDS) throw new BadRequest(`a search has ${MOST_WORDS} words at most`);
  const found = words.map((word) => sql`${text} ilike ${wildPattern(word)}`);
  return sql<boolean>`(${sql.join([sql`true`, ...found], sql` and `)})`;
}

/** Condition that an access list allows an action to one of some roles. */
export const allows = (
  acl: Expression<unknown>,
  { roles, action }: { roles: readonly string[]; action: string },
): Condition =>
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

/** Filters that compare terms of the Dublin Core in a column, regardless of case. */
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

/** First value of a term of the Dublin Core in a column. */
export const firstTerm = (terms: Expression<unknown>, term: string): Expression<unknown> =>
  sql`(select term->>'value' from jsonb_array_elements(${terms}) as term where term->>'name' = ${term} limit 1)`;

/** The moment that a filter gives. Throws BadRequest if it is none. */
export function momentIn(name: string, text: string): Date {
  const ms = msOfW3c(text);
  if (ms === undefined) throw new BadRequest(`Filter '${name}' could not be parsed: ${text}`);
  return new Date(ms);
}

/**
 * Condition that a moment is between two others, both included: `2026-10-01T00:00:00Z/2026-11-01T00:00:00Z`. Throws
 * BadRequest.
 */
export function within(name: string, moment: Expression<unknown>, text: string): Condition {
  const [from = '', to, more] = text.split('/');
  if (to === undefined || more !== undefined) throw new BadRequest(`Filter '${name}' could not be parsed: ${text}`);
  return sql<boolean>`${moment} between ${momentIn(name, from)} and ${momentIn(name, to)}`;
}
