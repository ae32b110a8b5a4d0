import { sql, type Kysely } from 'kysely';

/** Creates all tables, indexes and triggers of the first version. The columns are explained in `tables.ts`. */
export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(database);
}

/**
 * Columns of events that calendars show; a change of any other column (a recording's state, for example) changes no
 * calendar.
 */
const CALENDAR_COLUMNS =
  'series title terms agent starts_at ends_at hall inputs workflow workflow_configuration agent_properties'.split(' ');

function withCalendarColumns(statement: string): string {
  return statement.replaceAll(/calendarOf\((\w)\)/g, (_, alias: string) => {
    return `(${CALENDAR_COLUMNS.map((column) => `${alias}.${column}`).join(', ')})`;
  });
}

const STATEMENTS: readonly string[] = [
  `create table organizations (id text primary key, name text not null)`,
  `insert into organizations values ('mh_default_org', 'Amphi')`,

  `create table series (
    id text primary key,
    organization text not null default 'mh_default_org' references organizations,
    title text not null,
    terms jsonb not null default '[]',
    acl jsonb not null default '[]',
    properties jsonb not null default '{}',
    created_at timestamptz not null default now(),
    modified_at timestamptz not null default now()
  )`,
  `create index series_title on series (title)`,

  `create table halls (name text primary key, title text, site text, created_at timestamptz not null default now())`,

  `create table agents (
    name text primary key,
    hall text references halls on update cascade on delete set null,
    state text not null default 'unknown',
    url text,
    address text,
    configuration jsonb not null default '{}',
    details jsonb not null default '{}',
    created_at timestamptz not null default now(),
    state_since timestamptz not null default now(),
    seen_at timestamptz
  )`,

  `create table events (
    id text primary key,
    organization text not null default 'mh_default_org' references organizations,
    series text,
    title text not null,
    terms jsonb not null default '[]',
    acl jsonb not null default '[]',
    agent text,
    starts_at timestamptz,
    ends_at timestamptz,
    hall text,
    inputs text[] not null default '{}',
    workflow text,
    workflow_configuration jsonb not null default '{}',
    agent_properties jsonb not null default '{}',
    recording_state text,
    recording_state_at timestamptz,
    source text,
    source_key text,
    created_at timestamptz not null default now(),
    modified_at timestamptz not null default now(),
    check (starts_at < ends_at),
    check ((agent is null) = (starts_at is null) and (starts_at is null) = (ends_at is null)),
    unique (source, source_key)
  )`,
  `create index events_agent on events (agent, starts_at)`,
  `create index events_starts on events (starts_at)`,
  `create index events_series on events (series)`,

  `create table accounts (
    id bigint generated always as identity primary key,
    name text not null unique,
    role text not null check (role in ('admin', 'scheduler', 'agent', 'viewer')),
    password jsonb,
    ha1 text,
    agent text,
    enabled boolean not null default true,
    created_at timestamptz not null default now(),
    changed_at timestamptz not null default now()
  )`,
  `create table sessions (
    hash text primary key,
    account bigint not null references accounts on delete cascade,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    address text
  )`,
  `create table api_tokens (
    id bigint generated always as identity primary key,
    account bigint not null references accounts on delete cascade,
    name text not null,
    hash text not null unique,
    created_at timestamptz not null default now(),
    expires_at timestamptz
  )`,

  `create table media_packages (
    id text primary key,
    account text,
    created_at timestamptz not null default now(),
    touched_at timestamptz not null default now()
  )`,
  `create table package_elements (
    id text primary key,
    package text not null references media_packages on delete cascade,
    kind text not null check (kind in ('track', 'catalog', 'attachment')),
    flavor text not null,
    tags text[] not null default '{}',
    file_name text not null,
    path text not null,
    mime_type text not null,
    size_bytes bigint not null,
    md5 text not null,
    start_ms bigint,
    created_at timestamptz not null default now()
  )`,
  `create index package_elements_package on package_elements (package)`,

  `create table event_versions (
    event text not null references events on delete cascade,
    version integer not null,
    package text not null,
    content text not null,
    account text,
    agent text,
    manifest text not null,
    ingested_at timestamptz not null default now(),
    primary key (event, version)
  )`,
  `create table files (
    id text not null,
    event text not null,
    version integer not null,
    kind text not null check (kind in ('track', 'catalog', 'attachment')),
    flavor text not null,
    tags text[] not null default '{}',
    file_name text not null,
    path text not null,
    mime_type text not null,
    size_bytes bigint not null,
    md5 text not null,
    start_ms bigint,
    duration_ms bigint,
    streams jsonb,
    problem text,
    primary key (event, version, id),
    foreign key (event, version) references event_versions on delete cascade
  )`,
  `create table workflows (
    id bigint generated always as identity primary key,
    event text not null,
    version integer not null,
    definition text not null,
    state text not null default 'instantiated',
    configuration jsonb not null default '{}',
    created_at timestamptz not null default now(),
    foreign key (event, version) references event_versions on delete cascade
  )`,
  `create index workflows_event on workflows (event)`,

  `create table audit_log (
    id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    account text,
    address text,
    action text not null,
    kind text not null,
    object text not null,
    change jsonb
  )`,
  `create index audit_log_object on audit_log (kind, object)`,

  // Triggers count which calendars changed, and notify servers that share the database: code that writes events need
  // not do so.
  `create table agent_calendars (agent text primary key, revision_ms bigint not null)`,
  `create function amphi_touch_calendars() returns trigger language plpgsql as $$
    declare now_ms bigint := floor(extract(epoch from clock_timestamp()) * 1000);
    begin
      insert into agent_calendars
        select agent, now_ms from amphi_changed where agent is not null group by agent order by agent
        on conflict (agent) do update set revision_ms = greatest(agent_calendars.revision_ms + 1, excluded.revision_ms);
      perform pg_notify('amphi_calendar', '');
      return null;
    end $$`,
  ...['insert', 'delete'].map(
    (event) => `create trigger events_${event} after ${event} on events
      referencing ${event === 'insert' ? 'new' : 'old'} table as amphi_changed
      for each statement execute function amphi_touch_calendars()`,
  ),
  `create function amphi_touch_moved_calendars() returns trigger language plpgsql as $$
    declare now_ms bigint := floor(extract(epoch from clock_timestamp()) * 1000);
    begin
      insert into agent_calendars
        select agent, now_ms from (
          select o.agent from amphi_old o join amphi_new n using (id) where calendarOf(o) is distinct from calendarOf(n)
          union select n.agent from amphi_old o join amphi_new n using (id) where calendarOf(o) is distinct from calendarOf(n)
        ) as changed where agent is not null group by agent order by agent
        on conflict (agent) do update set revision_ms = greatest(agent_calendars.revision_ms + 1, excluded.revision_ms);
      if found then perform pg_notify('amphi_calendar', ''); end if;
      return null;
    end $$`,
  `create trigger events_update after update on events
    referencing old table as amphi_old new table as amphi_new
    for each statement execute function amphi_touch_moved_calendars()`,
  // Titles and terms of a series stand in the calendars of its events.
  `create function amphi_touch_series_calendars() returns trigger language plpgsql as $$
    declare now_ms bigint := floor(extract(epoch from clock_timestamp()) * 1000);
    begin
      insert into agent_calendars
        select agent, now_ms from events
          where agent is not null and series = coalesce(new.id, old.id) group by agent order by agent
        on conflict (agent) do update set revision_ms = greatest(agent_calendars.revision_ms + 1, excluded.revision_ms);
      if found then perform pg_notify('amphi_calendar', ''); end if;
      return null;
    end $$`,
  `create trigger series_change after insert or update or delete on series
    for each row execute function amphi_touch_series_calendars()`,
].map(withCalendarColumns);
