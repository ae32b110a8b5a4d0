import type { FastifyReply, FastifyRequest } from 'fastify';
import { formatAgentProperties } from '@amphi/lib/opencast/agent-properties.ts';
import { catalogOf, termsToJson } from '@amphi/lib/opencast/dublin-core.ts';
import { formatMediaPackage } from '@amphi/lib/opencast/media-package.ts';
import type { Database } from '../../store/connect.ts';
import type { EventRow } from '../../store/tables.ts';
import { about } from '../http-access.ts';
import { XML } from '../media-types.ts';
import type { RouteModule } from '../services.ts';
import { countScheduled, currentOf, eventNamed, nextOf } from '../../catalogue/events.ts';
import { packageOf } from '../../catalogue/media-package.ts';
import { agentPropertiesOf, agentPropertiesText, episodeTerms, episodeXml } from '../../catalogue/dublin-core.ts';

type WithId = FastifyRequest<{ Params: { id: string } }>;
type WithAgent = FastifyRequest<{ Params: { agent: string } }>;

/** Serves single events of `/recordings`, and the events that an agent records now and next. */
export const eventRoutes: RouteModule = (app, { database, clock }) => {
  const reads = about({ event: 'id' }, 'agent', 'scheduler', 'viewer');
  const ofAgent = about({ agent: 'agent' }, 'agent', 'scheduler');

  /** Adds a route that gives an event in one form. */
  const told = (what: string, tell: (event: EventRow, reply: FastifyReply) => unknown): void => {
    app.get(`/recordings/:id/${what}`, reads, async (request: WithId, reply) => {
      const event = await eventNamed(database, request.params.id);
      return event ? tell(event, reply) : reply.code(404).send();
    });
  };
  told('mediapackage.xml', (event, reply) => reply.type(XML).send(formatMediaPackage(packageOf(event))));
  told('dublincore.xml', (event, reply) => reply.type(XML).send(episodeXml(event)));
  told('dublincore.json', (event) => termsToJson(episodeTerms(event)));
  told('technical.json', technicalOf);
  told('agent.properties', (event, reply) => reply.type('text/plain').send(agentPropertiesText(event)));
  told('workflow.properties', (event, reply) =>
    reply.type('text/plain').send(formatAgentProperties(event.workflow_configuration)),
  );

  /** Adds a route for the media package of the current or the next event: 204 where there is none. */
  const packageAt = (path: string, find: Find): void => {
    app.get(path, ofAgent, async (request: WithAgent, reply) => {
      const event = await find(database, request.params.agent, clock.nowMs());
      if (!event) return reply.code(204).send();
      return reply.type(XML).send(formatMediaPackage(packageOf(event)));
    });
  };
  packageAt('/recordings/currentRecording/:agent', currentOf);
  packageAt('/recordings/upcomingRecording/:agent', nextOf);
  /** Adds the same route for Dublin Core: 404 where there is none. */
  const catalogAt = (path: string, find: Find): void => {
    app.get(path, ofAgent, async (request: WithAgent, reply) => {
      const event = await find(database, request.params.agent, clock.nowMs());
      return event ? termsToJson(episodeTerms(event)) : reply.code(404).send();
    });
  };
  catalogAt('/recordings/capture/:agent', currentOf);
  catalogAt('/recordings/capture/:agent/upcoming', nextOf);

  app.get('/recordings/eventCount', about('nothing', 'agent', 'scheduler', 'viewer'), async (_request, reply) =>
    reply.type('text/plain').send(String(await countScheduled(database))),
  );
};

type Find = (database: Database, agent: string, nowMs: number) => Promise<EventRow | undefined>;

function technicalOf(event: EventRow) {
  return {
    id: event.id,
    location: event.agent,
    start: event.starts_at,
    end: event.ends_at,
    presenters: catalogOf(event.terms).creators,
    wfProperties: event.workflow_configuration,
    agentConfig: agentPropertiesOf(event),
    ...(event.recording_state === null
      ? {}
      : { state: event.recording_state, lastHeardFrom: event.recording_state_at }),
  };
}
