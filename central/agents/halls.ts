import type { Clock } from '@amphi/lib/runtime/clock.ts';
import { notIngested, ofEachAgent } from '../catalogue/events.ts';
import { readableAmong } from '../catalogue/list-events.ts';
import { tellAudit } from '../identity/audit.ts';
import type { Who } from '../identity/who.ts';
import type { Database } from '../store/connect.ts';
import type { AgentDetails, EventRow } from '../store/tables.ts';
import type { Agent, Roster } from './roster.ts';

/** Database, agents and clock that looking at halls works with. */
export interface HallsNeeds {
  database: Database;
  roster: Roster;
  clock: Clock;
}

/** A lecture of a hall, as the state of the hall shows it. */
export interface LectureNow {
  id: string;
  title: string;
  startsAt: string;
  endsAt: string;
  /** Recording state that the agent told; null: none yet. */
  recording: string | null;
}

type Alarm = NonNullable<AgentDetails['alarms']>[number];
type HandOver = NonNullable<AgentDetails['handOvers']>[number];

/** A hall as it is now. */
export interface HallNow {
  name: string;
  title: string | null;
  site: string | null;
  agent: string | null;
  state: string;
  stateSince: string | null;
  lastContact: string | null;
  lastContactAgeSeconds: number | null;
  url: string | null;
  previewUrl: string | null;
  now: LectureNow | null;
  next: LectureNow | null;
  alarms: Alarm[];
  /** Recordings that the server expects from the hall, and why they have not come. */
  handOvers: HandOver[];
}

/**
 * Time in ms within which a lecture must have ended for its recording to be expected; older ones are not looked for.
 */
const LOOKED_BACK_MS = 14 * 24 * 3600_000;

/**
 * Halls as roles may see them: without lectures that these may not read, without alarms, which name lectures, and what waits to be handed over. Undefined: all
 * is shown.
 */
export async function hallsSeen(needs: HallsNeeds, roles: readonly string[] | undefined): Promise<HallNow[]> {
  const halls = await hallsNow(needs);
  if (!roles) return halls;
  const ids = halls.flatMap(({ now, next }) => [now, next].flatMap((one) => one?.id ?? []));
  const seen = await readableAmong(needs.database, ids, roles);
  const shown = (one: LectureNow | null): LectureNow | null => (one && seen.has(one.id) ? one : null);
  return halls.map((hall) => ({ ...hall, now: shown(hall.now), next: shown(hall.next), alarms: [], handOvers: [] }));
}

/** Every hall, with what its agent does; an agent without a hall counts as a hall with the agent's name. */
export async function hallsNow({ database, roster, clock }: HallsNeeds): Promise<HallNow[]> {
  const nowMs = clock.nowMs();
  const [halls, now, next, missing] = await Promise.all([
    database.selectFrom('halls').selectAll().orderBy('name').execute(),
    ofEachAgent(database, nowMs, 'now'),
    ofEachAgent(database, nowMs, 'next'),
    notIngested(database, nowMs - LOOKED_BACK_MS, nowMs),
  ]);
  const waiting = Map.groupBy(missing, ({ agent }) => agent ?? '');
  const viewOf = (named: Pick<HallNow, 'name' | 'title' | 'site'>, agent: Agent | undefined): HallNow => {
    const current = lectureOf(agent && now.get(agent.name));
    return {
      ...named,
      ...agentView(agent, nowMs),
      now: current,
      next: lectureOf(agent && next.get(agent.name)),
      alarms: agent ? alarmsOf(agent, current, nowMs) : [],
      handOvers: [...(agent?.details.handOvers ?? []), ...(waiting.get(agent?.name ?? '') ?? []).map(handOverOf)],
    };
  };
  const agents = roster.all();
  const known = halls.map(({ name, title, site }) =>
    viewOf(
      { name, title, site },
      agents.find(({ hall }) => hall === name),
    ),
  );
  const others = agents
    .filter(({ hall }) => hall === null)
    .map((agent) => viewOf({ name: agent.name, title: null, site: null }, agent));
  return [...known, ...others].toSorted((one, other) => one.name.localeCompare(other.name, 'fr', { numeric: true }));
}

const isoOf = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString());

const lectureOf = (event: EventRow | undefined): LectureNow | null =>
  event
    ? {
        id: event.id,
        title: event.title,
        startsAt: isoOf(event.starts_at?.getTime()) ?? '',
        endsAt: isoOf(event.ends_at?.getTime()) ?? '',
        recording: event.recording_state,
      }
    : null;

const handOverOf = ({ title, recording_state: step }: EventRow): HandOver => ({ recording: title, step: step ?? '' });

function agentView(agent: Agent | undefined, nowMs: number) {
  const live = Object.entries(agent?.configuration ?? {}).find(([key]) =>
    key.startsWith('capture.device.live.resolution.'),
  );
  return {
    agent: agent?.name ?? null,
    state: agent?.state ?? 'unknown',
    url: agent?.url ?? null,
    stateSince: isoOf(agent?.stateSinceMs),
    lastContact: isoOf(agent?.seenMs),
    lastContactAgeSeconds: agent?.seenMs === undefined ? null : Math.max(0, Math.round((nowMs - agent.seenMs) / 1000)),
    previewUrl: agent?.details.previewUrl ?? live?.[1] ?? null,
  };
}

/** Delay in ms with which an agent may begin to record; a longer one is an alarm. */
const LATE_MS = 30_000;

/** Alarms of a hall: those that its agent tells, and those that the server sees itself. */
export function alarmsOf(
  { state, details, stateSinceMs }: Pick<Agent, 'state' | 'details' | 'stateSinceMs'>,
  now: LectureNow | null,
  nowMs: number,
): Alarm[] {
  const seen: Alarm[] = [];
  const add = (name: string, text: string, sinceMs: number): void =>
    void seen.push({ name, text, level: 'error', sinceMs });
  if (state === 'offline') add('offline', 'the agent says nothing any more', stateSinceMs);
  if (state === 'error') add('error', 'the agent says that it cannot record', stateSinceMs);
  const lateSinceMs = now ? Date.parse(now.startsAt) + LATE_MS : Infinity;
  if (now && nowMs > lateSinceMs && state !== 'capturing' && now.recording !== 'capture_finished') {
    add('not-recording', `"${now.title}" should be recorded now, and is not`, lateSinceMs);
  }
  return [...(details.alarms ?? []), ...seen];
}

/** Changes of a hall; undefined fields stay as they are. */
export interface HallPatch {
  title?: string | undefined;
  site?: string | undefined;
  /** Agent that is in the hall now; it leaves the hall where it was before. */
  agent?: string | undefined;
}

/** Names a hall; makes it if there is none. False: its agent has never registered, and nothing was done. */
export async function setHall(
  { database, roster }: HallsNeeds,
  who: Who,
  name: string,
  { title, site, agent }: HallPatch,
): Promise<boolean> {
  if (agent !== undefined && !roster.get(agent)) return false;
  const values = { ...(title === undefined ? {} : { title }), ...(site === undefined ? {} : { site }) };
  await database.transaction().execute(async (within) => {
    await within
      .insertInto('halls')
      .values({ name, ...values })
      .onConflict((at) => at.column('name').doUpdateSet({ name, ...values }))
      .execute();
    await tellAudit(within, who, { action: 'update', kind: 'hall', object: name, change: { ...values, agent } });
  });
  if (agent !== undefined) {
    for (const other of roster.all()) if (other.hall === name) await roster.setHall(other.name, null);
    await roster.setHall(agent, name);
  }
  return true;
}

/** Removes a hall; its agent stays. False: there was no such hall. */
export async function deleteHall({ database, roster }: HallsNeeds, who: Who, name: string): Promise<boolean> {
  for (const agent of roster.all()) if (agent.hall === name) await roster.setHall(agent.name, null);
  return database.transaction().execute(async (within) => {
    const { numDeletedRows } = await within.deleteFrom('halls').where('name', '=', name).executeTakeFirst();
    if (numDeletedRows > 0n) await tellAudit(within, who, { action: 'delete', kind: 'hall', object: name });
    return numDeletedRows > 0n;
  });
}

/** The titles of halls, by the agent that is in them. */
export const hallsOfAgents = (
  database: Database,
): Promise<{ agentId: string; hall: string | null; title: string | null }[]> =>
  database
    .selectFrom('agents')
    .leftJoin('halls', 'halls.name', 'agents.hall')
    .select(['agents.name as agentId', 'agents.hall', 'halls.title'])
    .execute();
