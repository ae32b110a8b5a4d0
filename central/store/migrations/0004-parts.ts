import { sql, type Kysely } from 'kysely';

/** Elements of series, what other programs left here, and which halls an import made. What a column means is said in `tables.ts`. */
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
