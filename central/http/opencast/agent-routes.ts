import type { FastifyRequest } from 'fastify';
import {
  AGENT_STATES,
  formatPropertiesResponse,
  isAgentState,
  parseConfiguration,
} from '@amphi/lib/opencast/agent-state.ts';
import { troubleIn } from '@amphi/lib/runtime/texts/foreign-text.ts';
import { XmlError } from '@amphi/lib/opencast/xml/xml.ts';
import { BadRequest } from '../../catalogue/bad-request.ts';
import { tellAudit } from '../../identity/audit.ts';
import { mayActFor } from '../../identity/permissions.ts';
import { about, whoOf } from '../http-access.ts';
import { readForm } from '../form.ts';
import { XML } from '../media-types.ts';
import type { RouteModule } from '../services.ts';
import { formatOf } from './format.ts';
import { agentJson, agentsJson, agentsXml, agentXml, capabilitiesOf, propertiesJson } from './agent-shapes.ts';

type Named = FastifyRequest<{ Params: { name: string } }>;

/** Serves `/capture-admin/agents`: registration, states, capabilities. */
export const agentRoutes: RouteModule = (app, { roster, clock, database }) => {
  const reads = about({ agent: 'name' }, 'agent', 'scheduler', 'viewer');
  const lists = about('own', 'agent', 'scheduler', 'viewer');
  const writes = { config: { ...about({ agent: 'name' }, 'agent').config, keepsCalendars: true } };
  const seenBy = (request: FastifyRequest) => roster.all().filter(({ name }) => mayActFor(whoOf(request), name));
  const base = '/capture-admin/agents';

  app.get(`${base}.json`, lists, async (request) => agentsJson(seenBy(request), clock.nowMs()));
  app.get(`${base}.xml`, lists, async (request, reply) =>
    reply.type(XML).send(agentsXml(seenBy(request), clock.nowMs())),
  );

  app.get(`${base}/:name`, reads, async (request: Named, reply) => {
    const { name, format } = formatOf(request.params.name);
    const agent = roster.get(name);
    if (!agent) return reply.code(404).send();
    if (format === 'xml') return reply.type(XML).send(agentXml(agent, clock.nowMs()));
    return agentJson(agent, clock.nowMs());
  });

  app.post(`${base}/:name`, writes, async (request: Named, reply) => {
    const { name } = request.params;
    const form = await readForm(request);
    const state = form.get('state')?.trim() ?? '';
    if (!isAgentState(state)) throw new BadRequest(`state must be one of ${AGENT_STATES.join(', ')}`);
    const isNew = !roster.get(name);
    const changed = await roster.tellState(name, state, { url: form.get('address'), address: request.ip });
    if (isNew) await tellAudit(database, whoOf(request), { action: 'register', kind: 'agent', object: name });
    return reply.type('text/html').send(changed ? `${name} set to ${state}` : '');
  });

  app.delete(`${base}/:name`, about({ agent: 'name' }, 'agent'), async (request: Named, reply) => {
    const { name } = request.params;
    if (!(await roster.remove(name))) return reply.code(404).send();
    await tellAudit(database, whoOf(request), { action: 'delete', kind: 'agent', object: name });
    return reply.type('text/html').send(`${name} removed`);
  });

  app.post(`${base}/:name/configuration`, writes, async (request: Named, reply) => {
    const { name } = request.params;
    const text = (await readForm(request)).get('configuration')?.trim() ?? '';
    if (text === '') throw new BadRequest('configuration is missing: properties as XML, or an object of texts as JSON');
    const read = configurationIn(text);
    const trouble = troubleIn('the configuration', read.entries);
    if (trouble) throw new BadRequest(trouble);
    await roster.tellConfiguration(name, read.entries, request.ip);
    if (read.format === 'json') return reply.type('application/json').send(text);
    return reply.type(XML).send(formatPropertiesResponse(read.entries));
  });

  for (const [what, of] of [
    ['configuration', (all: Readonly<Record<string, string>>) => all],
    ['capabilities', capabilitiesOf],
  ] as const) {
    for (const format of ['json', 'xml'] as const) {
      app.get(`${base}/:name/${what}.${format}`, reads, async (request: Named, reply) => {
        const agent = roster.get(request.params.name);
        if (!agent) return reply.code(404).send();
        const entries = of(agent.configuration);
        return format === 'xml' ? reply.type(XML).send(formatPropertiesResponse(entries)) : propertiesJson(entries);
      });
    }
  }
};

function configurationIn(text: string): ReturnType<typeof parseConfiguration> {
  try {
    return parseConfiguration(text);
  } catch (error) {
    if (error instanceof XmlError) throw new BadRequest(`the configuration cannot be read: ${error.message}`);
    throw error;
  }
}
