import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { AGENT_STATES } from '@amphi/lib/opencast/agent-state.ts';
import { freeBytesOf } from '@amphi/lib/runtime/disk/room.ts';
import { onlyFor } from './http-access.ts';
import type { RouteModule } from './services.ts';

/** Serves `/metrics`: figures for Prometheus, for any account (by Basic or a token). */
export const metrics: RouteModule = (app, { roster, store, database, clock, registry }) => {
  const registers = [registry];
  const agents = new Gauge({
    name: 'amphi_agents',
    help: 'Agents by their state',
    labelNames: ['state'],
    registers,
    collect() {
      for (const state of AGENT_STATES)
        this.set({ state }, roster.all().filter((agent) => agent.state === state).length);
    },
  });
  const silence = new Gauge({
    name: 'amphi_agent_silence_seconds',
    help: 'Since an agent was last heard of',
    labelNames: ['agent'],
    registers,
    collect() {
      this.reset();
      for (const { name: agent, seenMs } of roster.all()) {
        if (seenMs !== undefined) this.set({ agent }, (clock.nowMs() - seenMs) / 1000);
      }
    },
  });
  const room = new Gauge({
    name: 'amphi_media_free_bytes',
    help: 'Room on the media folder',
    registers,
    async collect() {
      this.set(await freeBytesOf(store.folder));
    },
  });
  const counts = new Gauge({
    name: 'amphi_rows',
    help: 'Events, versions that were ingested, workflows that wait',
    labelNames: ['of'],
    registers,
    async collect() {
      const count = async (of: 'events' | 'event_versions' | 'workflows') => {
        const { n } = await database
          .selectFrom(of)
          .select((row) => row.fn.countAll<number>().as('n'))
          .executeTakeFirstOrThrow();
        this.set({ of }, n);
      };
      await Promise.all([count('events'), count('event_versions'), count('workflows')]);
    },
  });
  void [agents, silence, room, counts];
  app.get('/metrics', onlyFor('viewer', 'scheduler'), async (_request, reply) =>
    reply.header('content-type', registry.contentType).send(await registry.metrics()),
  );
};

/**
 * Counts requests by route and status, and how long they take. It is made before the routes; `/metrics` shows it with
 * the other figures.
 */
export interface RequestFigures {
  seen(method: string, route: string, status: number, ms: number): void;
}

/** Makes the counters of requests in a registry. */
export function requestFigures(registry: Registry): RequestFigures {
  const registers = [registry];
  const requests = new Counter({
    name: 'amphi_requests_total',
    help: 'Requests',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const seconds = new Histogram({
    name: 'amphi_request_seconds',
    help: 'Time to answer',
    labelNames: ['route'],
    registers,
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 60],
  });
  return {
    seen(method, route, status, ms) {
      requests.inc({ method, route, status });
      seconds.observe({ route }, ms / 1000);
    },
  };
}
