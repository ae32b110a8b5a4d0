import { w3cOf } from '../../lib/opencast/dates.ts';
import type { AgentRow } from '../database/tables.ts';
import type { RouteModule } from '../web/services.ts';
import { READERS } from './base.ts';
import { pageOf, type Query } from './paging.ts';
import { notFound } from './replies.ts';

/** `/api/agents` */
export const agentsApi: RouteModule = (app, { database }) => {
  app.get<{ Querystring: Query }>('/api/agents', READERS, async (request) => {
    const { limit, offset } = pageOf(request.query);
    const agents = await database.selectFrom('agents').selectAll().orderBy('name').execute();
    return agents.slice(offset, limit === undefined ? undefined : offset + limit).map(agentJson);
  });
  app.get<{ Params: { id: string } }>('/api/agents/:id', READERS, async (request, reply) => {
    const { id } = request.params;
    const agent = await database.selectFrom('agents').selectAll().where('name', '=', id).executeTakeFirst();
    return agent ? agentJson(agent) : notFound(reply, `Cannot find an agent with id '${id}'.`);
  });
};

const agentJson = ({ name, state, configuration, seen_at, created_at, url }: AgentRow): object => ({
  agent_id: name,
  status: state,
  inputs: (configuration['capture.device.names'] ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean),
  update: w3cOf((seen_at ?? created_at).getTime()),
  url: url ?? '',
});
