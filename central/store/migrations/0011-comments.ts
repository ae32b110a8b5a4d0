import { sql, type Kysely } from 'kysely';

/** Adds comments on events, and replies to them. The columns are explained in `tables.ts`. */
export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(database);
}

const STATEMENTS: readonly string[] = [
  `create table comments (
    id bigint generated always as identity primary key,
    event text not null references events on delete cascade,
    text text not null,
    reason text not null default '',
    author text,
    resolved boolean not null default false,
    created_at timestamptz not null default now(),
    modified_at timestamptz not null default now()
  )`,
  `create index comments_event on comments (event, id)`,
  `create table comment_replies (
    id bigint generated always as identity primary key,
    comment bigint not null references comments on delete cascade,
    text text not null,
    author text,
    created_at timestamptz not null default now(),
    modified_at timestamptz not null default now()
  )`,
  `create index comment_replies_comment on comment_replies (comment, id)`,
];
