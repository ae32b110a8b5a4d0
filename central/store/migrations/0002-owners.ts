import { sql, type Kysely } from 'kysely';

/**
 * Adds which agent recorded an event, and tables for deleted events and their files. The columns are explained in
 * `tables.ts`.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(database);
}

const STATEMENTS: readonly string[] = [
  `alter table events add recorded_by text`,
  `update events set recorded_by = agent where recording_state is not null`,
  `create table deleted_events (
    id text primary key,
    event jsonb not null,
    agents text[] not null default '{}',
    deleted_at timestamptz not null default now(),
    deleted_by text
  )`,
  `create table deleted_files (
    path text primary key,
    event text not null,
    deleted_at timestamptz not null default now(),
    deleted_by text
  )`,
  `create index deleted_files_at on deleted_files (deleted_at)`,
  `create index files_path on files (path)`,
  `create index event_versions_package on event_versions (package)`,
];
