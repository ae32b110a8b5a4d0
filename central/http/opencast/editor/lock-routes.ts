import type { FastifyRequest } from 'fastify';
import { eventNamed } from '../../../catalogue/events.ts';
import { giveBack, lockOf, takeLock, type Lock } from '../../../editing/locks.ts';
import { readForm } from '../../form.ts';
import { whoOf } from '../../http-access.ts';
import type { RouteModule } from '../../services.ts';
import { checkEditor, EDITORS, noEvent, words, type ById } from './editor-access.ts';

type Looking = FastifyRequest<{ Params: { id: string }; Querystring: { uuid?: string } }>;
type ByUuid = FastifyRequest<{ Params: { id: string; uuid: string } }>;

/** Characters of the id of a window; a longer one is refused. */
const MOST_UUID_CHARS = 100;

/**
 * Serves `/editor/{id}/lock`: a window of an editor takes and refreshes a lock by `POST`, and gives it back by `DELETE`
 * (facts/opencast 3.15). Ours besides: `GET` tells who has it, whether that is the window `uuid`, and who else came;
 * `force=true` takes it over.
 */
export const lockRoutes: RouteModule = (app, services) => {
  const { database } = services;
  app.get('/editor/:id/lock', EDITORS, async (request: Looking, reply) => {
    const { id } = request.params;
    await checkEditor(database, request, id);
    const lock = await lockOf(services, id, request.query.uuid);
    void reply.header('cache-control', 'no-store');
    return lock ? lockJson(lock) : reply.code(204).send();
  });
  app.post('/editor/:id/lock', EDITORS, async (request: ById, reply) => {
    const { id } = request.params;
    const form = await readForm(request);
    const uuid = form.get('uuid')?.trim() ?? '';
    if (uuid === '' || uuid.length > MOST_UUID_CHARS)
      return words(reply, 400, `uuid is missing: an id of this window, of ${MOST_UUID_CHARS} characters at most`);
    await checkEditor(database, request, id);
    if (!(await eventNamed(database, id))) return noEvent(reply, id);
    // The account that asks has the lock, whatever the form calls the user.
    const key = { event: id, account: whoOf(request).name, uuid };
    const other = await takeLock(services, key, form.get('force') === 'true');
    if (other) return words(reply, 409, `Event '${id}' is locked by ${other.account}`);
    return reply
      .code(201)
      .header(
        'location',
        `${services.urlFor(request)}/editor/${encodeURIComponent(id)}/lock/${encodeURIComponent(uuid)}`,
      )
      .send();
  });
  app.delete('/editor/:id/lock/:uuid', EDITORS, async (request: ByUuid, reply) => {
    const { id, uuid } = request.params;
    await checkEditor(database, request, id);
    const done = await giveBack(services, id, uuid);
    if (done === 'missing' && !(await eventNamed(database, id))) return noEvent(reply, id);
    if (done === 'locked') return words(reply, 409, `Event '${id}' is locked by another editor`);
    return reply.code(200).send();
  });
};

/** A lock as our pages read it; the id of the window stays secret, since who knows it can give the lock back. */
export const lockJson = ({ account, sinceMs, expiresAtMs, isOwn, second }: Lock) => ({
  account,
  since: new Date(sinceMs).toISOString(),
  expires: new Date(expiresAtMs).toISOString(),
  isOwn,
  second: second ? { account: second.account, at: new Date(second.atMs).toISOString() } : null,
});
