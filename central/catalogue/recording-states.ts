import type { Database } from '../store/connect.ts';

/** State of a recording, as its agent told it. */
export interface RecordingSeen {
  id: string;
  state: string;
  atMs: number;
}

/** States in one answer; beyond this the oldest are left out. */
const MOST_TOLD = 1000;

/**
 * Keeps the state of an event's recording; null: none. `by` is the agent that told it, where the account is only for
 * this agent; otherwise the agent that is to record the event is assumed. False if there is no such event.
 */
export async function keepState(
  database: Database,
  id: string,
  state: string | null,
  nowMs: number,
  by?: string | null,
): Promise<boolean> {
  const { numUpdatedRows } = await database
    .updateTable('events')
    .set({ recording_state: state, recording_state_at: state === null ? null : new Date(nowMs) })
    .$if(state !== null, (of) => of.set((row) => ({ recorded_by: by ?? row.fn.coalesce('recorded_by', 'agent') })))
    .where('id', '=', id)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

const seen = (database: Database) =>
  database
    .selectFrom('events')
    .select(['id', 'recording_state as state', 'recording_state_at as at'])
    .where('recording_state', 'is not', null)
    .$narrowType<{ state: string; at: Date }>();

/** State of one event's recording; undefined: none was told. */
export async function stateOf(database: Database, id: string): Promise<RecordingSeen | undefined> {
  const row = await seen(database).where('id', '=', id).executeTakeFirst();
  return row && { id, state: row.state, atMs: row.at.getTime() };
}

/** States that were told last, the newest first: of all recordings, or of those of one agent. */
export async function newestStates(database: Database, agent?: string): Promise<RecordingSeen[]> {
  const rows = await seen(database)
    .$if(agent !== undefined, (of) =>
      of.where((any) => any.or([any('agent', '=', agent ?? ''), any('recorded_by', '=', agent ?? '')])),
    )
    .orderBy('recording_state_at', 'desc')
    .limit(MOST_TOLD)
    .execute();
  return rows.map(({ id, state, at }) => ({ id, state, atMs: at.getTime() }));
}
