import { sql, type Kysely } from 'kysely';

/** Adds the recordings that agents send while they are recorded. The columns are explained in `tables.ts`. */
export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(database);
}

const STATEMENTS: readonly string[] = [
  `create table growing_uploads (
    id uuid primary key,
    event text,
    agent text,
    account text not null,
    recording text not null,
    flavor text not null,
    file_name text not null,
    size_bytes bigint not null default 0,
    length_bytes bigint,
    made_of jsonb,
    sha256 text,
    md5 text,
    made_bytes bigint,
    problem text,
    taken_at timestamptz,
    created_at timestamptz not null default now(),
    touched_at timestamptz not null default now()
  )`,
  `create index growing_uploads_event on growing_uploads (event)`,
  `create index growing_uploads_account on growing_uploads (account)`,
];
