import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { GROWING_PATH } from '../intake/growing/tus.ts';
import { onlyFor, whoOf } from './http-access.ts';
import type { RouteModule, Services } from './services.ts';

type WithId = FastifyRequest<{ Params: { id: string }; Querystring: { because?: unknown } }>;

const FOR_AGENTS = {
  config: { ...onlyFor('agent', 'scheduler').config, about: 'own' as const, keepsCalendars: true },
};

/**
 * Serves recordings that are sent while they are recorded: tus 1.0 with a length that is told late. An account of one
 * agent reaches its own uploads alone.
 */
export const growingRoutes: RouteModule = (app, services) => {
  app.post(GROWING_PATH, FOR_AGENTS, (request, reply) => answer(services, request, reply));
  app.route({
    method: ['HEAD', 'PATCH'],
    url: `${GROWING_PATH}/:id`,
    ...FOR_AGENTS,
    handler: async (request: WithId, reply) => {
      const row = await services.growing.find(whoOf(request), request.params.id);
      return row ? answer(services, request, reply, row.id) : noUpload(request, reply);
    },
  });
  app.delete(`${GROWING_PATH}/:id`, FOR_AGENTS, async (request: WithId, reply) => {
    const { growing } = services;
    const row = await growing.find(whoOf(request), request.params.id);
    if (!row) return noUpload(request, reply);
    const { because } = request.query;
    const why = typeof because === 'string' && because !== '' ? because.slice(0, 500) : 'its agent gave it up';
    // An upload whose file was taken goes by itself after a while.
    if (!row.taken_at) await growing.remove(whoOf(request), row.id, why);
    return reply.code(204).header('tus-resumable', '1.0.0').send();
  });
};

const noUpload = ({ params: { id } }: WithId, reply: FastifyReply): FastifyReply =>
  reply
    .code(404)
    .type('text/plain; charset=utf-8')
    .send(`there is no upload ${id.slice(0, 100)}\n`);

async function answer(
  { growing }: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  id?: string,
): Promise<FastifyReply> {
  const told = await growing.answer(webRequestOf(request), whoOf(request), id);
  for (const [name, value] of told.headers) if (!OURS.has(name)) void reply.header(name, value);
  const text = await told.text();
  if (told.status >= 400) void reply.type('text/plain; charset=utf-8');
  return reply.code(told.status).send(text === '' ? undefined : text);
}

/** Headers that this server sets itself. */
const OURS = new Set(['content-length', 'connection', 'access-control-expose-headers']);
/** Headers that the protocol reads. */
const READ = ['tus-resumable', 'upload-offset', 'upload-length', 'upload-defer-length', 'upload-metadata'] as const;

/** The request as the protocol's library takes it; its body is still a stream. */
function webRequestOf({ raw, method, headers, body }: FastifyRequest): Request {
  const given = [...READ, 'content-type', 'content-length'].flatMap((name): [string, string][] => {
    const value = headers[name];
    return typeof value === 'string' ? [[name, value]] : [];
  });
  // The host plays no part, since locations are relative.
  const url = new URL((raw.url ?? '').split('?', 1)[0] ?? '', 'http://localhost');
  const stream = body instanceof Readable ? { body: Readable.toWeb(body), duplex: 'half' } : {};
  return new Request(url, { method, headers: given, ...stream } as RequestInit);
}
