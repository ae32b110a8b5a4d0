import { sql, type Kysely } from 'kysely';

/**
 * Adds elements of series, documents of other programs, and the halls that an import made. The columns are explained in
 * `tables.ts`.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(database);
}

const STATEMENTS: readonly string[] = [
  `create table series_elements (
    series text not null references series on delete cascade,
    type text not null,
    mime_type text not null,
    content bytea not null,
    modified_at timestamptz not null default now(),
    primary key (series, type)
  )`,
  `create table left_documents (
    name text primary key,
    document jsonb not null,
    left_at timestamptz not null default now()
  )`,
  `alter table imports add new_halls text[] not null default '{}'`,
];
