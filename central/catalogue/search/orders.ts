import { sql, type Expression } from 'kysely';
import { BadRequest } from '../bad-request.ts';
import { firstTerm } from '../filters.ts';

/** Orders of Opencast's search: `TITLE_DESC` up to 15, `title desc` from 16 on (facts/opencast 3.3). */

/** The columns that an order is made of: of events, or of series. */
export interface Ordered {
  id: Expression<unknown>;
  title: Expression<unknown>;
  terms: Expression<unknown>;
  /** When it begins, or was made. */
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

/** What a list is to be sorted by; nothing said: the newest first. Throws BadRequest for an order that there is not. */
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
