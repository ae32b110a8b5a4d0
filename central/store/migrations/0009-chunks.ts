import { sql, type Kysely } from 'kysely';

/**
 * Adds what films are encoded to, piece by piece. All of it goes with its event; whoever watches hears of that and
 * removes the files. The columns are explained in `chunk-tables.ts`.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(database);
}

const STATEMENTS: readonly string[] = [
  `create table films (
    event text not null references events on delete cascade,
    path text not null,
    size_bytes bigint not null,
    digests bytea not null,
    primary key (event, path)
  )`,
  `create table renditions (
    id bigint generated always as identity primary key,
    event text not null references events on delete cascade,
    output text not null,
    sps bytea not null,
    pps bytea not null,
    touched_at timestamptz not null default now(),
    unique (event, output, sps, pps)
  )`,
  `create table rendition_uses (
    rendition bigint not null references renditions on delete cascade,
    used_by text not null,
    primary key (rendition, used_by)
  )`,
  `create table fragment_files (
    id bigint generated always as identity primary key,
    rendition bigint not null references renditions on delete cascade,
    path text not null unique
  )`,
  `create index fragment_files_rendition on fragment_files (rendition)`,
  `create table fragments (
    rendition bigint not null references renditions on delete cascade,
    digest bytea not null,
    file bigint not null references fragment_files on delete cascade,
    offset_bytes bigint not null,
    size_bytes integer not null,
    pictures integer not null,
    ticks bigint not null,
    primary key (rendition, digest)
  )`,
  `create index fragments_file on fragments (file)`,
  `create table film_sounds (
    event text not null references events on delete cascade,
    name text not null,
    output text not null,
    path text not null,
    touched_at timestamptz not null default now(),
    primary key (event, name, output)
  )`,
  `create table sound_tasks (
    id bigint generated always as identity primary key,
    event text not null references events on delete cascade,
    film text not null,
    sounds jsonb not null,
    is_whole boolean not null default false,
    state text not null default 'open' check (state in ('open', 'done', 'failed')),
    attempts integer not null default 0,
    problem text,
    touched_at timestamptz not null default now(),
    unique (event, film)
  )`,
  `create table chunk_tasks (
    id bigint generated always as identity primary key,
    event text not null references events on delete cascade,
    film text not null,
    is_whole boolean not null,
    outputs jsonb not null,
    output_keys text[] not null,
    first_group integer not null,
    groups integer not null,
    parts jsonb,
    names bytea[] not null,
    state text not null default 'open' check (state in ('open', 'done', 'failed')),
    attempts integer not null default 0,
    problem text,
    created_at timestamptz not null default now()
  )`,
  `create index chunk_tasks_event on chunk_tasks (event, state)`,
  `create function amphi_chunks_dropped() returns trigger language plpgsql as $$
    begin
      perform pg_notify('amphi_chunks', old.event);
      return null;
    end $$`,
  `create trigger films_dropped after delete on films for each row execute function amphi_chunks_dropped()`,
  `create trigger renditions_dropped after delete on renditions for each row execute function amphi_chunks_dropped()`,
];
