import { sql, type Kysely } from 'kysely';

/**
 * Adds tables of what imports did, so that one can be undone, and why events were deleted. The columns are explained in
 * `tables.ts`.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(database);
}

const STATEMENTS: readonly string[] = [
  `create table imports (
    id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    account text,
    source text not null default '',
    new_series text[] not null default '{}',
    undone_at timestamptz,
    undone_by text
  )`,
  `create table import_events (
    import bigint not null references imports on delete cascade,
    event text not null,
    what text not null check (what in ('created', 'changed', 'kept', 'cancelled')),
    before jsonb,
    primary key (import, event)
  )`,
  `create index import_events_event on import_events (event, import)`,
  `alter table deleted_events add because text`,
  // Events that imports cancelled before this column existed are found in the audit log.
  `update deleted_events set because = 'import' where exists (
    select 1 from audit_log where kind = 'event' and action = 'delete' and object = deleted_events.id and change->>'imported' = 'true')`,
  `create index deleted_events_imported on deleted_events (deleted_at) where event->>'source' = 'import' and because is null`,
];
