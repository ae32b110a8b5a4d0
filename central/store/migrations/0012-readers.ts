import { sql, type Kysely } from 'kysely';

/**
 * Adds who may read what is published no more, or again: a harvester is told of it, and nobody else is. Triggers write it,
 * so that no way to change an access list is missed. The columns are explained in `publication-tables.ts`.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(database);
}

const STATEMENTS: readonly string[] = [
  `create table publication_readers (
    event text not null,
    channel text not null,
    role text not null,
    reads boolean not null,
    series text,
    changed_at timestamptz not null default now(),
    primary key (event, channel, role)
  )`,
  // Roles that may read an event, by its own list or, if that is empty, by that of its series.
  `create function amphi_readers(own jsonb, of_series jsonb) returns text[] language sql immutable parallel safe return
    array(select distinct ace->>'role' from jsonb_array_elements(
      case when jsonb_array_length(own) > 0 then own else coalesce(of_series, '[]') end) as ace
    where ace->>'action' = 'read' and ace->>'allow' is distinct from 'false' and ace->>'role' is not null)`,
  `create function amphi_tell_readers(of_event text, of_series text, was text[], is_now text[], of_channel text) returns void
    language sql as $$
    insert into publication_readers (event, channel, role, reads, series)
      select distinct p.event, p.channel, one.role, one.role = any(is_now), of_series
      from publications p cross join unnest(was || is_now) as one(role)
      where p.event = of_event and (p.channel = of_channel or of_channel is null and p.ended_at is null)
        and (one.role = any(was)) <> (one.role = any(is_now))
      on conflict (event, channel, role)
        do update set reads = excluded.reads, series = excluded.series, changed_at = excluded.changed_at $$`,
  `create function amphi_event_access() returns trigger language plpgsql as $$ begin
    perform amphi_tell_readers(old.id, old.series,
      amphi_readers(old.acl, (select acl from series where id = old.series)),
      case when tg_op = 'DELETE' then '{}' else amphi_readers(new.acl, (select acl from series where id = new.series)) end, null);
    return case when tg_op = 'DELETE' then old else new end;
  end $$`,
  `create trigger tell_readers after update of acl, series on events for each row
    when (old.acl is distinct from new.acl or old.series is distinct from new.series) execute function amphi_event_access()`,
  `create trigger tell_readers_of_deleted before delete on events for each row execute function amphi_event_access()`,
  // One statement for all events of a series: the roles of its list are read once.
  `create function amphi_series_access() returns trigger language plpgsql as $$
  declare
    was text[] := '{}';
    is_now text[] := '{}';
  begin
    if tg_op = 'UPDATE' and old.acl is not distinct from new.acl then return null; end if;
    if tg_op <> 'INSERT' then was := amphi_readers('[]', old.acl); end if;
    if tg_op <> 'DELETE' then is_now := amphi_readers('[]', new.acl); end if;
    insert into publication_readers (event, channel, role, reads, series)
      select distinct p.event, p.channel, one.role, one.role = any(is_now), e.series
      from events e join publications p on p.event = e.id cross join unnest(was || is_now) as one(role)
      where e.series = case when tg_op = 'DELETE' then old.id else new.id end and jsonb_array_length(e.acl) = 0
        and p.ended_at is null and (one.role = any(was)) <> (one.role = any(is_now))
      on conflict (event, channel, role)
        do update set reads = excluded.reads, series = excluded.series, changed_at = excluded.changed_at;
    return null;
  end $$`,
  `create trigger tell_readers after insert or delete or update of acl on series
    for each row execute function amphi_series_access()`,
  `create function amphi_retracted() returns trigger language plpgsql as $$ begin
    perform amphi_tell_readers(events.id, events.series, amphi_readers(events.acl, series.acl), '{}', new.channel)
      from events left join series on series.id = events.series where events.id = new.event;
    return null;
  end $$`,
  `create trigger tell_readers after update of is_retracted on publications for each row
    when (new.is_retracted and not old.is_retracted and old.ended_at is null) execute function amphi_retracted()`,
  // What was taken back before: by the access lists as they were last.
  `insert into publication_readers (event, channel, role, reads, series, changed_at)
    select distinct on (p.event, p.channel, one.role) p.event, p.channel, one.role, false, coalesce(e.series, d.event->>'series'), p.ended_at
    from publications p
    left join events e on e.id = p.event left join deleted_events d on d.id = p.event
    left join series s on s.id = coalesce(e.series, d.event->>'series')
    cross join unnest(amphi_readers(coalesce(e.acl, d.event->'acl', '[]'), s.acl)) as one(role)
    where p.is_retracted and p.ended_at is not null
    order by p.event, p.channel, one.role, p.ended_at desc`,
];
