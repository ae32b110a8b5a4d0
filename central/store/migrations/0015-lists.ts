import { sql, type Kysely } from 'kysely';

/**
 * Adds what films that are lists need, to their elements in publications, and how loud recordings are. The columns are
 * explained in `publication-tables.ts` and `chunk-tables.ts`.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(database);
}

const STATEMENTS: readonly string[] = [
  `drop table rendition_uses`,
  `alter table publication_elements
    add renditions bigint[] not null default '{}',
    add sounds text[] not null default '{}'`,
  `alter table film_sounds add lufs real`,
  `create table loudness (
    event text not null references events on delete cascade,
    path text not null,
    size_bytes bigint not null,
    integrated_lufs real not null,
    range_lu real not null,
    true_peak_db real not null,
    primary key (event, path)
  )`,
];
