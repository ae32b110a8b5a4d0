import { z } from 'zod';
import type { Agent } from '../../agents/roster.ts';
import { whoOf } from '../access.ts';
import type { Services } from '../services.ts';
import { mayActFor } from '../opencast/agent-routes.ts';
import { apiRoute, Refused, type AnyRoute } from './route.ts';

const event = z.object({
  id: z.string(),
  title: z.string(),
  startsAt: z.iso.datetime(),
  endsAt: z.iso.datetime(),
  recording: z.string().nullable(),
});
const alarm = z.object({
  name: z.string(),
  text: z.string(),
  level: z.string().optional(),
  sinceMs: z.number().optional(),
});
const handOver = z.object({ recording: z.string(), step: z.string().optional(), error: z.string().optional() });

/** A hall as it is now. */
const hallNow = z.object({
  name: z.string(),
  title: z.string().nullable(),
  site: z.string().nullable(),
  agent: z.string().nullable(),
  state: z.string(),
  stateSince: z.iso.datetime().nullable(),
  lastContact: z.iso.datetime().nullable(),
  lastContactAgeSeconds: z.number().nullable(),
  url: z.string().nullable(),
  previewUrl: z.string().nullable(),
  now: event.nullable(),
  next: event.nullable(),
  alarms: z.array(alarm),
  /** Recordings that are to come from it, and why they have not. */
  handOvers: z.array(handOver),
});
export type HallNow = z.output<typeof hallNow>;

const named = z.strictObject({ name: z.string().min(1).max(255) });
const details = z.looseObject({
  previewUrl: z.url({ protocol: /^(https?|rtsps?)$/ }).optional(),
  alarms: z.array(alarm).max(100).optional(),
  handOvers: z.array(handOver).max(1000).optional(),
});

export const hallRoutes: readonly AnyRoute[] = [
  apiRoute({
    id: 'listHalls',
    method: 'GET',
    path: '/halls',
    summary: 'What each hall does now',
    allows: ['scheduler', 'viewer'],
    answer: z.object({ halls: z.array(hallNow) }),
    run: async ({ services }) => ({ halls: await hallsNow(services) }),
  }),
  apiRoute({
    id: 'setHall',
    method: 'PUT',
    path: '/halls/{name}',
    summary: 'Name a hall, and say which agent is in it',
    allows: ['scheduler'],
    params: named,
    body: z.strictObject({
      title: z.string().max(200).optional(),
      site: z.string().max(200).optional(),
      agent: z.string().optional(),
    }),
    async run({ services, params: { name }, body: { title, site, agent }, request }) {
      const { database, roster, audit } = services;
      if (agent !== undefined && !roster.get(agent))
        return new Refused(404, `there is no agent ${agent}: it must register first`);
      const values = { ...(title === undefined ? {} : { title }), ...(site === undefined ? {} : { site }) };
      await database
        .insertInto('halls')
        .values({ name, ...values })
        .onConflict((at) => at.column('name').doUpdateSet({ name, ...values }))
        .execute();
      if (agent !== undefined) {
        for (const other of roster.all()) if (other.hall === name) await roster.setHall(other.name, null);
        await roster.setHall(agent, name);
      }
      await audit.tell(whoOf(request), { action: 'update', kind: 'hall', object: name, change: { ...values, agent } });
      return undefined;
    },
  }),
  apiRoute({
    id: 'deleteHall',
    method: 'DELETE',
    path: '/halls/{name}',
    summary: 'Forget a hall; its agent stays',
    allows: ['scheduler'],
    params: named,
    async run({ services: { database, roster, audit }, params: { name }, request }) {
      for (const agent of roster.all()) if (agent.hall === name) await roster.setHall(agent.name, null);
      const { numDeletedRows } = await database.deleteFrom('halls').where('name', '=', name).executeTakeFirst();
      if (numDeletedRows === 0n) return new Refused(404, `there is no hall ${name}`);
      await audit.tell(whoOf(request), { action: 'delete', kind: 'hall', object: name });
      return undefined;
    },
  }),
  apiRoute({
    id: 'tellDetails',
    method: 'PUT',
    path: '/agents/{name}/details',
    summary: 'An agent tells preview, alarms, and what waits',
    allows: ['agent'],
    params: named,
    body: details,
    async run({ services: { roster }, params: { name }, body, request }) {
      if (!mayActFor(whoOf(request), name)) return new Refused(403, 'this account is for another agent');
      await roster.tellDetails(name, body, request.ip);
      return undefined;
    },
  }),
];

type EventNow = z.output<typeof event> & { agent: string };

/** Every hall, with what its agent does; an agent without a hall is a hall by its own name. */
export async function hallsNow({ database, roster, clock }: Services): Promise<HallNow[]> {
  const nowMs = clock.nowMs();
  const [halls, now, next, waiting] = await Promise.all([
    database.selectFrom('halls').selectAll().orderBy('name').execute(),
    eventsOf(database, nowMs, 'now'),
    eventsOf(database, nowMs, 'next'),
    notHandedOver(database, nowMs),
  ]);
  const viewOf = (name: string, title: string | null, site: string | null, agent: Agent | undefined): HallNow => ({
    name,
    title,
    site,
    ...agentView(agent, nowMs),
    now: (agent && now.get(agent.name)) ?? null,
    next: (agent && next.get(agent.name)) ?? null,
    alarms: agent ? alarmsOf(agent, now.get(agent.name), nowMs) : [],
    handOvers: [...(agent?.details.handOvers ?? []), ...((agent && waiting.get(agent.name)) ?? [])],
  });
  const agents = roster.all();
  const known = halls.map(({ name, title, site }) =>
    viewOf(
      name,
      title,
      site,
      agents.find(({ hall }) => hall === name),
    ),
  );
  const others = agents.filter(({ hall }) => hall === null).map((agent) => viewOf(agent.name, null, null, agent));
  return [...known, ...others].toSorted((one, other) => one.name.localeCompare(other.name, 'fr', { numeric: true }));
}

const isoOf = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString());

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

/** So long an agent may take to begin. */
const LATE_MS = 30_000;

/** What the agent tells, and what can be seen from here. */
function alarmsOf(
  { state, details, stateSinceMs }: Agent,
  now: EventNow | undefined,
  nowMs: number,
): HallNow['alarms'] {
  const seen: HallNow['alarms'] = [];
  const add = (name: string, text: string, sinceMs: number): void =>
    void seen.push({ name, text, level: 'error', sinceMs });
  if (state === 'offline') add('offline', 'the agent says nothing any more', stateSinceMs);
  if (state === 'error') add('error', 'the agent says that it cannot record', stateSinceMs);
  const lateSinceMs = now && Date.parse(now.startsAt) + LATE_MS;
  if (
    now &&
    lateSinceMs !== undefined &&
    nowMs > lateSinceMs &&
    state !== 'capturing' &&
    now.recording !== 'capture_finished'
  ) {
    add('not-recording', `"${now.title}" should be recorded now, and is not`, lateSinceMs);
  }
  return [...(details.alarms ?? []), ...seen];
}

async function eventsOf(
  database: Services['database'],
  nowMs: number,
  which: 'now' | 'next',
): Promise<Map<string, EventNow>> {
  const now = new Date(nowMs);
  const all = database
    .selectFrom('events')
    .select(['id', 'title', 'agent', 'starts_at', 'ends_at', 'recording_state'])
    .distinctOn('agent')
    .where('agent', 'is not', null)
    .orderBy('agent')
    .orderBy('starts_at');
  const rows = await (
    which === 'next' ? all.where('starts_at', '>', now) : all.where('starts_at', '<=', now).where('ends_at', '>', now)
  ).execute();
  return new Map(
    rows.map(({ id, title, agent, starts_at, ends_at, recording_state: recording }) => [
      agent ?? '',
      {
        id,
        title,
        agent: agent ?? '',
        recording,
        startsAt: isoOf(starts_at?.getTime()) ?? '',
        endsAt: isoOf(ends_at?.getTime()) ?? '',
      },
    ]),
  );
}

const LOOKED_BACK_MS = 14 * 24 * 3600_000;

/** Lectures that are over and were recorded, and have not come. */
async function notHandedOver(
  database: Services['database'],
  nowMs: number,
): Promise<Map<string, HallNow['handOvers']>> {
  const rows = await database
    .selectFrom('events')
    .select(['id', 'title', 'agent', 'recording_state'])
    .where('agent', 'is not', null)
    .where('recording_state', 'is not', null)
    .where('recording_state', 'not in', ['unknown', 'capture_error'])
    .where('ends_at', '<=', new Date(nowMs))
    .where('ends_at', '>', new Date(nowMs - LOOKED_BACK_MS))
    .where('id', 'not in', database.selectFrom('event_versions').select('event'))
    .orderBy('ends_at')
    .execute();
  const of = Map.groupBy(rows, ({ agent }) => agent ?? '');
  const told = ({ title, recording_state: step }: (typeof rows)[number]) => ({ recording: title, step: step ?? '' });
  return new Map([...of].map(([agent, waiting]) => [agent, waiting.map(told)]));
}
