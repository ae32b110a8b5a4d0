import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { eventOfFile, fileAt, filesOf } from '../../catalogue/files.ts';
import { findEvent } from '../../catalogue/list-events.ts';
import type { Database } from '../../store/connect.ts';
import { about } from '../http-access.ts';
import { Forbidden, type About } from '../object-access.ts';
import type { RouteModule } from '../services.ts';

type Asked = FastifyRequest<{ Params: { mediaPackage: string; element: string; file: string } }>;
type Kept = FastifyRequest<{ Params: { id: string; element: string; version: string } }>;

/** `/files/mediapackage/…`: what was brought, by ranges; `/assets/assets/…`: the same, as a file of a version. */
export const fileRoutes: RouteModule = async (app, { store, database }) => {
  await app.register(fastifyStatic, { root: store.folder, serve: false, cacheControl: false, dotfiles: 'deny' });
  app.get('/files/mediapackage/:mediaPackage/:element/:file', byAccess('file'), async (request: Asked, reply) => {
    const { mediaPackage, element, file } = request.params;
    const path = `${mediaPackage}/${element}/${file}`;
    await checkRoles(database, request, () => eventOfFile(database, path));
    return send(reply, await fileAt(database, path));
  });
  app.get('/assets/assets/:id/:element/:version/:file', byAccess({ event: 'id' }), async (request: Kept, reply) => {
    const { id, element, version } = request.params;
    await checkRoles(database, request, async () => id);
    if (!/^\d{1,9}$/.test(version)) return reply.code(404).send();
    const files = await filesOf(database, id, Number(version));
    return send(
      reply,
      files.find((one) => one.id === element),
    );
  });
};

/** For whoever has an account; where a program asks with roles, for those that may read the event. */
const byAccess = (what: About) => ({
  config: { ...about(what, 'agent', 'scheduler', 'viewer').config, byAccess: true },
});

/** Throws Forbidden where the roles of a program may not read an event. What is of no event yet, they may not read at all. */
async function checkRoles(
  database: Database,
  { runRoles: roles }: FastifyRequest,
  eventOf: () => Promise<string | undefined>,
): Promise<void> {
  if (!roles) return;
  const event = await eventOf();
  if (event !== undefined && (await findEvent(database, event, { roles, action: 'read' }))) return;
  throw new Forbidden('these roles may not read this');
}

function send(reply: FastifyReply, file: { path: string; mime_type: string } | undefined): FastifyReply {
  if (!file) return reply.code(404).send();
  const name = file.path.split('/').at(-1) ?? '';
  void reply.header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`);
  void reply.header('x-content-type-options', 'nosniff').type(file.mime_type);
  return reply.sendFile(file.path);
}
