import { w3cOf } from '@amphi/lib/opencast/dates.ts';
import type { Agent } from '../../agents/roster.ts';
import type { RouteModule } from '../services.ts';
import { READERS } from './base.ts';
import { pageOf, type Query } from './paging.ts';
import { notFound } from './replies.ts';

/** Serves `/api/agents`. */
export const agentsApi: RouteModule = (app, { roster }) => {
  app.get<{ Querystring: Query }>('/api/agents', READERS, async (request) => {
    const { limit, offset } = pageOf(request.query);
    const agents = roster.all().toSorted((one, other) => (one.name < other.name ? -1 : 1));
    return agents.slice(offset, limit === undefined ? undefined : offset + limit).map(agentJson);
  });
  app.get<{ Params: { id: string } }>('/api/agents/:id', READERS, async (request, reply) => {
    const { id } = request.params;
    const agent = roster.get(id);
    return agent ? agentJson(agent) : notFound(reply, `Cannot find an agent with id '${id}'.`);
  });
};

const agentJson = ({ name, state, configuration, seenMs, stateSinceMs, url }: Agent): object => ({
  agent_id: name,
  status: state,
  inputs: (configuration['capture.device.names'] ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean),
  update: w3cOf(seenMs ?? stateSinceMs),
  url,
});
