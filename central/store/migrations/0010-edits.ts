import { sql, type Kysely } from 'kysely';

/** Adds what people edit: drafts, and who works on which event. The columns are explained in `tables.ts`. */
export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(database);
}

const STATEMENTS: readonly string[] = [
  `create table edit_drafts (
    event text not null references events on delete cascade,
    account text not null,
    base integer not null,
    revision integer not null,
    content jsonb not null,
    changed_at timestamptz not null default now(),
    primary key (event, account)
  )`,
  `create table edit_locks (
    event text primary key references events on delete cascade,
    account text not null,
    uuid text not null,
    since timestamptz not null,
    expires_at timestamptz not null
  )`,
];
