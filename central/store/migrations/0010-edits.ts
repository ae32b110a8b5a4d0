import { sql, type Kysely } from 'kysely';

/** Adds what people edit: drafts, who works on which event, and which versions are not ingested. The columns are explained in `tables.ts`. */
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
  `alter table event_versions add kind text not null default 'ingest' check (kind in ('ingest', 'change'))`,
  // A version with which no workflow began is one to which a track was added.
  `update event_versions set kind = 'change' where not exists (
    select from workflows where workflows.event = event_versions.event and workflows.version = event_versions.version)`,
];
