import { sql, type Kysely } from 'kysely';

/** Adds the elements of runs. The columns are explained in `tables.ts`. */
export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(database);
}

const STATEMENTS: readonly string[] = [
  `create table workflow_elements (
    workflow bigint not null references workflows on delete cascade,
    made_by integer not null,
    until integer,
    id text not null,
    kind text not null check (kind in ('track', 'catalog', 'attachment')),
    flavor text not null,
    tags text[] not null default '{}',
    file_name text not null,
    path text not null,
    mime_type text not null,
    size_bytes bigint not null,
    md5 text not null,
    start_ms integer,
    duration_ms integer,
    streams jsonb,
    problem text,
    primary key (workflow, id, made_by)
  )`,
  `create index workflow_elements_path on workflow_elements (path)`,
];
