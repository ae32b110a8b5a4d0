import { sql, type Expression } from 'kysely';
import { BadRequest } from '../bad-request.ts';
import { momentIn, patternOf, wildPattern, type Condition } from '../filters.ts';
import type { Asked } from './lucene.ts';

/** Columns that a query can search. */
export interface Searched {
  /** Searchable text: all that is known of an entry. */
  text: Expression<unknown>;
  id: Expression<unknown>;
  title: Expression<unknown>;
  series: Expression<unknown>;
  terms: Expression<unknown>;
  created: Expression<unknown>;
  modified: Expression<unknown>;
}

/** Terms of Dublin Core, by the names of their fields in queries, without `dc_`. */
const TERMS: ReadonlyMap<string, string> = new Map(
  'creator contributor subject description publisher language license spatial temporal type source'
    .split(' ')
    .map((name) => [name, name])
    .concat([
      ['rights_holder', 'rightsHolder'],
      ['rightsholder', 'rightsHolder'],
    ]) as [string, string][],
);

/** SQL condition of a query. Throws BadRequest for an unknown field. */
export function conditionOf(asked: Asked, of: Searched): Condition {
  switch (asked.kind) {
    case 'everything':
      return sql<boolean>`true`;
    case 'not':
      return sql<boolean>`not coalesce(${conditionOf(asked.of, of)}, false)`;
    case 'all':
    case 'any': {
      const between = asked.kind === 'all' ? sql` and ` : sql` or `;
      const all = asked.of.map((one) => conditionOf(one, of));
      return sql<boolean>`(${sql.join(all, between)})`;
    }
    case 'range':
      return inRange(asked, of);
    case 'word':
      return hasWord(asked, of);
  }
}

const nameOf = (field: string): string => field.toLowerCase().replace(/^(dc|dcterms)[_:.-]/, '');

function hasWord({ field, text, phrase }: Extract<Asked, { kind: 'word' }>, of: Searched): Condition {
  const pattern = phrase ? patternOf(text) : wildPattern(text);
  const name = field === undefined ? 'text' : nameOf(field);
  const term = TERMS.get(name);
  if (term !== undefined) {
    return sql<boolean>`exists (select 1 from jsonb_array_elements(${of.terms}) as term
      where term->>'name' = ${term} and term->>'value' ilike ${pattern})`;
  }
  // Ids are compared as a whole, not as parts of a text.
  const whole = pattern.slice(1, -1);
  switch (name) {
    case 'text':
    case 'fulltext':
      return sql<boolean>`${of.text} ilike ${pattern}`;
    case 'title':
      return sql<boolean>`${of.title} ilike ${pattern}`;
    case 'id':
    case 'identifier':
      return sql<boolean>`${of.id} ilike ${whole}`;
    case 'is_part_of':
    case 'ispartof':
    case 'series':
    case 'series_id':
      return sql<boolean>`${of.series} ilike ${whole}`;
    case 'oc_mediatype':
      return /^audiovisual$/i.test(text) ? sql<boolean>`true` : sql<boolean>`false`;
    default:
      throw new BadRequest(
        `there is no field ${JSON.stringify((field ?? '').slice(0, 60))}: id, title, is_part_of, created, modified, text and ` +
          `${[...TERMS.keys()].join(', ')} are, also as dc_title`,
      );
  }
}

function inRange({ field, from, to }: Extract<Asked, { kind: 'range' }>, of: Searched): Condition {
  const name = nameOf(field);
  if (name !== 'created' && name !== 'modified' && name !== 'oc_modified')
    throw new BadRequest(`${field} has no range: created and modified have, such as dc_created:[2026-01-01 TO *]`);
  const moment = name === 'created' ? of.created : of.modified;
  return sql<boolean>`(${from === undefined ? sql`true` : sql`${moment} >= ${momentIn(field, from)}`}
    and ${to === undefined ? sql`true` : sql`${moment} <= ${momentIn(field, to)}`})`;
}
