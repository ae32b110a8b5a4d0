import { sql } from 'kysely';
import type { Database } from '../../store/connect.ts';
import { ENGAGE, IS_SHOWN } from '../published/publications.ts';

/** A change of an event or a series, and its time. */
export interface Change {
  kind: 'event' | 'event-deleted' | 'series' | 'series-deleted';
  id: string;
  updatedMs: number;
}

/** One part of all changes, the oldest first. */
export interface Changes {
  changes: Change[];
  /** Moment at which the next part begins: this part has every change from the moment that was asked for up to it. */
  untilMs: number;
  hasMore: boolean;
}

/**
 * Changes from a moment on: about `amount`, or more if many have the same moment. Of events only those with a recording
 * are given that viewers are shown; an event changes when it is written, when a recording of it is ingested, when it is
 * published or taken back, and when the access list of its series changes. One that was taken back counts as deleted.
 */
export async function changesSince(
  database: Database,
  sinceMs: number,
  amount: number,
  nowMs: number,
): Promise<Changes> {
  const { rows } = await sql<Change>`
    select kind, id, updated as "updatedMs" from (${EVENTS} union all ${DELETED_EVENTS} union all ${TAKEN_BACK} union all ${SERIES} union all ${DELETED_SERIES}) as changed
    where updated >= ${sinceMs}::bigint order by updated fetch first ${sql.lit(amount + 1)} rows with ties`.execute(
    database,
  );
  const next = rows[amount];
  if (next === undefined) return { changes: rows, untilMs: nowMs, hasMore: false };
  const before = rows.filter(({ updatedMs }) => updatedMs < next.updatedMs);
  if (before.length > 0) return { changes: before, untilMs: next.updatedMs, hasMore: true };
  // Changes of one moment are given all together: otherwise asking again from this moment would give the same part for
  // ever.
  return { changes: rows, untilMs: next.updatedMs + 1, hasMore: true };
}

const ms = (moment: ReturnType<typeof sql>) => sql`floor(extract(epoch from ${moment}) * 1000)::bigint`;

const EVENTS = sql`select 'event' as kind, events.id,
    ${ms(sql`greatest(events.modified_at, recorded.at, published.made_at, case when jsonb_array_length(events.acl) = 0 then series.modified_at end)`)} as updated
  from events
  join (select event, max(ingested_at) as at from event_versions group by event) as recorded on recorded.event = events.id
  left join series on series.id = events.series
  left join publications published on published.event = events.id and published.channel = ${sql.lit(ENGAGE)} and published.ended_at is null
  where ${IS_SHOWN}`;

const TAKEN_BACK = sql`select 'event-deleted', events.id, ${ms(sql`max(publications.ended_at)`)} from events
  join publications on publications.event = events.id and publications.channel = ${sql.lit(ENGAGE)} and is_retracted
  where not ${IS_SHOWN} group by events.id`;

const DELETED_EVENTS = sql`select 'event-deleted', id, ${ms(sql`deleted_at`)} from deleted_events
  where not exists (select 1 from event_versions where event = deleted_events.id)`;

const SERIES = sql`select 'series', id, ${ms(sql`modified_at`)} from series`;

/** Deleted series, which only the audit log remembers. */
const DELETED_SERIES = sql`select 'series-deleted', object, ${ms(sql`max(at)`)} from audit_log
  where kind = 'series' and action = 'delete' and not exists (select 1 from series where id = object) group by object`;
