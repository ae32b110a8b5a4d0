import { sql } from 'kysely';
import type { Database } from '../../store/connect.ts';
import type { Sought } from './words.ts';

/** A piece of text of a publication, with its place in the recording. */
export interface FoundText {
  publication: string;
  kind: 'slide' | 'caption' | 'chapter';
  element: string;
  startMs: number;
  durationMs: number;
  text: string;
  /** Whether it has one of the words that are sought. */
  isHit: boolean;
}

/** Pieces of text of one publication that an answer has; further ones are left out. */
const MOST_TEXTS = 1000;

/** Texts of slides of some publications, in the order of their times. */
export const slideTexts = (
  database: Database,
  publications: readonly string[],
  sought?: Sought,
): Promise<FoundText[]> => textsBy(database, publications, sql`kind = 'slide'`, sought);

/** Pieces of text of some publications that have one of the words sought, on slides or spoken. */
export const textsWith = (database: Database, publications: readonly string[], sought: Sought): Promise<FoundText[]> =>
  sought.queries.length === 0 ? Promise.resolve([]) : textsBy(database, publications, hitBy(sought), sought);

async function textsBy(
  database: Database,
  publications: readonly string[],
  condition: ReturnType<typeof sql>,
  sought: Sought | undefined,
): Promise<FoundText[]> {
  if (publications.length === 0) return [];
  const { rows } = await sql<FoundText>`
    select publication, kind, element, start_ms as "startMs", duration_ms as "durationMs", text, ${hitBy(sought)} as "isHit"
    from (select *, row_number() over (partition by publication order by start_ms, position) as nth
      from publication_texts where publication = any(${[...publications]}::text[]) and ${condition}) texts
    where nth <= ${sql.lit(MOST_TEXTS)} order by publication, nth`.execute(database);
  return rows;
}

const hitBy = (sought: Sought | undefined): ReturnType<typeof sql> =>
  sought === undefined || sought.queries.length === 0
    ? sql`false`
    : sql`words @@ (${sql.join(sought.queries, sql` || `)})`;
