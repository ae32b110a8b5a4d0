import { sql, type Kysely } from 'kysely';

/**
 * Adds what agents tell of slides while a recording grows, and texts that were read of pictures. The columns are explained
 * in `growing-table.ts`.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(database);
}

const STATEMENTS: readonly string[] = [
  `create table growing_tracks (
    upload uuid primary key references growing_uploads on delete cascade,
    layout text not null,
    slides text not null,
    slides_read integer not null default 0,
    leased_until timestamptz
  )`,
  `create table read_texts (
    event text not null references events on delete cascade,
    key bytea not null,
    text text not null,
    used_at timestamptz not null default now(),
    primary key (event, key)
  )`,
  `create index read_texts_used on read_texts (used_at)`,
];
