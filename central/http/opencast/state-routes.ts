import type { FastifyRequest } from 'fastify';
import { isRecordingState, RECORDING_STATES, type RecordingState } from '@amphi/lib/opencast/agent-state.ts';
import { keepState, newestStates, stateOf, type RecordingSeen } from '../../catalogue/recording-states.ts';
import { formatOf } from './format.ts';
import { recordingJson, recordingsXml, recordingXml } from './agent-shapes.ts';
import { about, onlyFor, whoOf } from '../http-access.ts';
import { onlyAgentOf } from '../object-access.ts';
import { BadRequest } from '../../catalogue/bad-request.ts';
import { readForm, type Form } from '../form.ts';
import { XML } from '../media-types.ts';
import type { RouteModule } from '../services.ts';

type WithId = FastifyRequest<{ Params: { id: string } }>;

/**
 * Serves states of recordings that agents tell: `/capture-admin/recordings`, and for admins the same below
 * `/recordings`.
 */
export const recordingStateRoutes: RouteModule = (app, { database, clock }) => {
  const reads = about({ event: 'id' }, 'agent', 'scheduler', 'viewer');
  const lists = about('own', 'agent', 'scheduler');
  const writes = { config: { ...about({ event: 'id' }, 'agent').config, keepsCalendars: true } };
  const base = '/capture-admin/recordings';

  const newest = (request: FastifyRequest) => newestStates(database, onlyAgentOf(whoOf(request)));
  app.get(base, lists, async (request, reply) =>
    reply.type(XML).send(recordingsXml(await newest(request), clock.nowMs())),
  );
  app.get(`${base}/:id`, reads, async (request: WithId, reply) => {
    const { name, format } = formatOf(request.params.id);
    const seen = await stateOf(database, name);
    if (!seen) return reply.code(404).send();
    if (format === 'xml') return reply.type(XML).send(recordingXml(seen, clock.nowMs()));
    return recordingJson(seen, clock.nowMs());
  });
  app.post(`${base}/:id`, writes, async (request: WithId, reply) => {
    const { id } = request.params;
    const state = recordingStateIn(await readForm(request));
    if (!(await keepState(database, id, state, clock.nowMs(), whoOf(request).agent))) return reply.code(404).send();
    return reply.type('text/html').send(`${id} set to ${state}`);
  });
  app.delete(`${base}/:id`, writes, async (request: WithId, reply) => {
    const { id } = request.params;
    if (!(await stateOf(database, id))) return reply.code(404).send();
    await keepState(database, id, null, clock.nowMs());
    return reply.type('text/html').send(`${id} removed`);
  });

  app.get('/recordings/recordingStatus', lists, async (request) => (await newest(request)).map(statusJson));
  app.get('/recordings/:id/recordingStatus', reads, async (request: WithId, reply) => {
    const seen = await stateOf(database, request.params.id);
    return seen ? statusJson(seen) : reply.code(404).send();
  });
  app.put('/recordings/:id/recordingStatus', onlyFor('scheduler'), async (request: WithId, reply) => {
    const state = recordingStateIn(await readForm(request));
    return reply.code((await keepState(database, request.params.id, state, clock.nowMs())) ? 200 : 404).send();
  });
  app.delete('/recordings/:id/recordingStatus', onlyFor('scheduler'), async (request: WithId, reply) =>
    reply.code((await keepState(database, request.params.id, null, clock.nowMs())) ? 200 : 404).send(),
  );
};

/** State of a recording in a form. Throws BadRequest. */
function recordingStateIn(form: Form): RecordingState {
  const state = form.get('state')?.trim() ?? '';
  if (isRecordingState(state)) return state;
  throw new BadRequest(`state must be one of ${RECORDING_STATES.join(', ')}`);
}

const statusJson = ({ id, state, atMs }: RecordingSeen) => ({
  id,
  state,
  lastHeardFrom: new Date(atMs).toISOString().replace(/\.\d{3}Z$/, 'Z'),
});
