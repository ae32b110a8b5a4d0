import { sql, type Kysely } from 'kysely';

/** Tells titles of chapters from captions, among the texts by which lectures are found. */
export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(database);
}

const STATEMENTS: readonly string[] = [
  `alter table publication_texts drop constraint publication_texts_kind_check`,
  // Rows that are there obey it, since they obeyed a narrower one: they are not read while the table is locked.
  `alter table publication_texts add constraint publication_texts_kind_check check (kind in ('slide', 'caption', 'chapter')) not valid`,
  `update publication_texts t set kind = 'chapter' from publication_elements e
    where e.publication = t.publication and e.id = t.element and t.kind = 'caption' and e.flavor like 'chapters/%'`,
  // Chapters of slides have the words of the slides, which are found already, and faults are for whoever keeps the hall.
  `delete from publication_texts t using publication_elements e
    where e.publication = t.publication and e.id = t.element and t.kind = 'caption'
      and (e.flavor like '%/chapters+%' or e.flavor like 'faults/%')`,
];
