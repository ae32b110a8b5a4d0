import { sql, type Expression } from 'kysely';
import { BadRequest } from '../bad-request.ts';
import { firstTerm } from '../filters.ts';

/** Orders of Opencast's search: `TITLE_DESC` up to Opencast 15, `title desc` from 16 on (facts/opencast 3.3). */

/** Columns of events or of series that they can be ordered by. */
export interface Ordered {
  id: Expression<unknown>;
  title: Expression<unknown>;
  terms: Expression<unknown>;
  /** Start of an event; time at which a series was made. */
  created: Expression<unknown>;
  modified: Expression<unknown>;
  series: Expression<unknown>;
}

const TERMS: ReadonlyMap<string, string> = new Map([
  ['creator', 'creator'],
  ['contributor', 'contributor'],
  ['language', 'language'],
  ['license', 'license'],
  ['subject', 'subject'],
  ['description', 'description'],
  ['publisher', 'publisher'],
]);

const COLUMNS: ReadonlyMap<string, keyof Ordered> = new Map([
  ['title', 'title'],
  ['date_created', 'created'],
  ['created', 'created'],
  ['date_published', 'modified'],
  ['modified', 'modified'],
  ['series_id', 'series'],
  ['media_package_id', 'id'],
]);

/** SQL order of a search; without a text the newest come first. Throws BadRequest for an unknown order. */
export function searchOrder(text: string | undefined, of: Ordered): Expression<unknown> {
  if (!text?.trim()) return sql`${of.created} desc nulls last`;
  const [, name = '', down = ''] = /^(\w+?)(?:_(DESC)|[ +](asc|desc))?$/i.exec(text.trim()) ?? [];
  const descends = down !== '' || /[ +]desc$/i.test(text.trim());
  const term = TERMS.get(name.toLowerCase());
  const column = COLUMNS.get(name.toLowerCase());
  if (term === undefined && column === undefined) {
    const known = [...COLUMNS.keys(), ...TERMS.keys()].join(', ');
    throw new BadRequest(`there is no order ${JSON.stringify(text.slice(0, 60))}: ${known} are, such as "title desc"`);
  }
  const by = column === undefined ? firstTerm(of.terms, term ?? '') : of[column];
  return descends ? sql`${by} desc nulls last` : sql`${by} asc nulls last`;
}
