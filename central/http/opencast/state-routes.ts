import type { FastifyRequest } from 'fastify';
import { isRecordingState } from '@amphi/lib/opencast/agent-state.ts';
import { formatOf } from './agent-routes.ts';
import { recordingJson, recordingsXml, recordingXml, type RecordingSeen } from './agent-shapes.ts';
import type { Database } from '../../store/connect.ts';
import { onlyFor } from '../access.ts';
import { readForm } from '../form.ts';
import { XML } from '../media-types.ts';
import type { RouteModule } from '../services.ts';

type WithId = FastifyRequest<{ Params: { id: string } }>;

/** What agents tell of their recordings: `/capture-admin/recordings`, and the same for admins below `/recordings`. */
export const recordingStateRoutes: RouteModule = (app, { database, clock }) => {
  const reads = onlyFor('agent', 'scheduler', 'viewer');
  const writes = { config: { allows: ['agent' as const], keepsCalendars: true } };
  const base = '/capture-admin/recordings';

  app.get(base, reads, async (_request, reply) =>
    reply.type(XML).send(recordingsXml(await allSeen(database), clock.nowMs())),
  );
  app.get(`${base}/:id`, reads, async (request: WithId, reply) => {
    const { name, format } = formatOf(request.params.id);
    const seen = await seenOf(database, name);
    if (!seen) return reply.code(404).send();
    if (format === 'xml') return reply.type(XML).send(recordingXml(seen, clock.nowMs()));
    return recordingJson(seen, clock.nowMs());
  });
  app.post(`${base}/:id`, writes, async (request: WithId, reply) => {
    const { id } = request.params;
    const state = (await readForm(request)).get('state') ?? '';
    if (!isRecordingState(state)) return reply.code(400).send();
    if (!(await keepState(database, id, state, clock.nowMs()))) return reply.code(404).send();
    return reply.type('text/html').send(`${id} set to ${state}`);
  });
  app.delete(`${base}/:id`, writes, async (request: WithId, reply) => {
    const { id } = request.params;
    if (!(await seenOf(database, id))) return reply.code(404).send();
    await keepState(database, id, null, clock.nowMs());
    return reply.type('text/html').send(`${id} removed`);
  });

  app.get('/recordings/recordingStatus', reads, async () => (await allSeen(database)).map(statusOf));
  app.get('/recordings/:id/recordingStatus', reads, async (request: WithId, reply) => {
    const seen = await seenOf(database, request.params.id);
    return seen ? statusOf(seen) : reply.code(404).send();
  });
  app.put('/recordings/:id/recordingStatus', onlyFor('scheduler'), async (request: WithId, reply) => {
    const state = (await readForm(request)).get('state') ?? '';
    if (!isRecordingState(state)) return reply.code(400).send();
    return reply.code((await keepState(database, request.params.id, state, clock.nowMs())) ? 200 : 404).send();
  });
  app.delete('/recordings/:id/recordingStatus', onlyFor('scheduler'), async (request: WithId, reply) =>
    reply.code((await keepState(database, request.params.id, null, clock.nowMs())) ? 200 : 404).send(),
  );
};

const statusOf = ({ id, state, atMs }: RecordingSeen) => ({
  id,
  state,
  lastHeardFrom: new Date(atMs).toISOString().replace(/\.\d{3}Z$/, 'Z'),
});

/** Keeps the state of an event's recording; null: there is none. False if there is no such event. */
export async function keepState(database: Database, id: string, state: string | null, nowMs: number): Promise<boolean> {
  const { numUpdatedRows } = await database
    .updateTable('events')
    .set({ recording_state: state, recording_state_at: state === null ? null : new Date(nowMs) })
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

async function seenOf(database: Database, id: string): Promise<RecordingSeen | undefined> {
  const row = await seen(database).where('id', '=', id).executeTakeFirst();
  return row && { id, state: row.state, atMs: row.at.getTime() };
}

async function allSeen(database: Database): Promise<RecordingSeen[]> {
  const rows = await seen(database).orderBy('recording_state_at', 'desc').limit(1000).execute();
  return rows.map(({ id, state, at }) => ({ id, state, atMs: at.getTime() }));
}
