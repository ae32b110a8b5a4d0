import { sql, type Kysely } from 'kysely';

/**
 * Adds what a run of a workflow needs: its values, its operations and their logs. The columns are explained in
 * `tables.ts`.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(database);
}

const STATEMENTS: readonly string[] = [
  `alter table workflows
    add variables jsonb not null default '{}',
    add priority integer not null default 0,
    add finished_at timestamptz`,
  `create table workflow_operations (
    workflow bigint not null references workflows on delete cascade,
    position integer not null check (position >= 0),
    operation text not null,
    description text not null default '',
    conditions jsonb not null default '[]',
    configuration jsonb not null default '{}',
    waits_for integer[] not null default '{}',
    fail_on_error boolean not null default true,
    exception_handler text,
    is_again boolean not null default false,
    max_attempts integer not null default 1,
    retry_strategy text not null default 'none' check (retry_strategy in ('none', 'retry', 'hold')),
    state text not null default 'instantiated'
      check (state in ('instantiated', 'running', 'paused', 'succeeded', 'failed', 'skipped', 'retry')),
    attempts integer not null default 0,
    is_sent boolean not null default false,
    life integer not null default 0,
    crashes integer not null default 0,
    is_handler boolean not null default false,
    reason text,
    host text,
    progress real,
    started_at timestamptz,
    finished_at timestamptz,
    primary key (workflow, position)
  )`,
  `create table workflow_log (
    id bigint generated always as identity primary key,
    workflow bigint not null references workflows on delete cascade,
    position integer,
    at timestamptz not null default now(),
    level text not null default 'info' check (level in ('info', 'warning', 'error')),
    text text not null
  )`,
  `create index workflow_log_workflow on workflow_log (workflow, id)`,
];
