import { sql } from 'kysely';
import type { Database } from '../../store/connect.ts';

/** Something that changed, and when. */
export interface Change {
  kind: 'event' | 'event-deleted' | 'series' | 'series-deleted';
  id: string;
  updatedMs: number;
}

/** A part of all changes, the oldest first. */
export interface Changes {
  changes: Change[];
  /** Every change before this moment, and since the one that was asked for, is here; the next part begins with it. */
  untilMs: number;
  hasMore: boolean;
}

/**
 * What changed at a moment or after it: about `amount` changes, or more where so many are of one moment. Of events only those of which
 * something was recorded; one changes when it is written, when something is recorded of it, and with the access list of its series.
 */
export async function changesSince(
  database: Database,
  sinceMs: number,
  amount: number,
  nowMs: number,
): Promise<Changes> {
  const { rows } = await sql<Change>`
    select kind, id, updated as "updatedMs" from (${EVENTS} union all ${DELETED_EVENTS} union all ${SERIES} union all ${DELETED_SERIES}) as changed
    where updated >= ${sinceMs}::bigint order by updated fetch first ${sql.lit(amount + 1)} rows with ties`.execute(
    database,
  );
  const next = rows[amount];
  if (next === undefined) return { changes: rows, untilMs: nowMs, hasMore: false };
  const before = rows.filter(({ updatedMs }) => updatedMs < next.updatedMs);
  if (before.length > 0) return { changes: before, untilMs: next.updatedMs, hasMore: true };
  // All of one moment are given at once: who asked for this moment again would get no further.
  return { changes: rows, untilMs: next.updatedMs + 1, hasMore: true };
}

const ms = (moment: ReturnType<typeof sql>) => sql`floor(extract(epoch from ${moment}) * 1000)::bigint`;

const EVENTS = sql`select 'event' as kind, events.id,
    ${ms(sql`greatest(events.modified_at, recorded.at, case when jsonb_array_length(events.acl) = 0 then series.modified_at end)`)} as updated
  from events
  join (select event, max(ingested_at) as at from event_versions group by event) as recorded on recorded.event = events.id
  left join series on series.id = events.series`;

const DELETED_EVENTS = sql`select 'event-deleted', id, ${ms(sql`deleted_at`)} from deleted_events
  where not exists (select 1 from event_versions where event = deleted_events.id)`;

const SERIES = sql`select 'series', id, ${ms(sql`modified_at`)} from series`;

/** Nothing but the audit log keeps which series there were. */
const DELETED_SERIES = sql`select 'series-deleted', object, ${ms(sql`max(at)`)} from audit_log
  where kind = 'series' and action = 'delete' and not exists (select 1 from series where id = object) group by object`;
