import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { eventOfFile, eventShowing, fileAt, filesOf } from '../../catalogue/files.ts';
import { findEvent } from '../../catalogue/list-events.ts';
import { showsVersion } from '../../catalogue/published/publications.ts';
import type { Database } from '../../store/connect.ts';
import { about } from '../http-access.ts';
import { Forbidden, type About } from '../object-access.ts';
import type { RouteModule } from '../services.ts';

type Asked = FastifyRequest<{ Params: { mediaPackage: string; element: string; file: string } }>;
type Kept = FastifyRequest<{ Params: { id: string; element: string; version: string } }>;

/**
 * Serves `/files/mediapackage/…`: files of recordings, also in ranges; and `/assets/assets/…`: the same, as files of a
 * version.
 */
export const fileRoutes: RouteModule = async (app, { store, database }) => {
  await app.register(fastifyStatic, { root: store.folder, serve: false, cacheControl: false, dotfiles: 'deny' });
  app.get('/files/mediapackage/:mediaPackage/:element/:file', byAccess('file'), async (request: Asked, reply) => {
    const { mediaPackage, element, file } = request.params;
    const path = `${mediaPackage}/${element}/${file}`;
    const shown = () => eventShowing(database, path);
    if (!(await mayRead(database, request, shown, () => eventOfFile(database, path)))) return request.askWho();
    return send(reply, await fileAt(database, path));
  });
  app.get('/assets/assets/:id/:element/:version/:file', byAccess({ event: 'id' }), async (request: Kept, reply) => {
    const { id, element, version } = request.params;
    const isNumber = /^\d{1,9}$/.test(version);
    const file = isNumber
      ? (await filesOf(database, id, Number(version))).find((one) => one.id === element)
      : undefined;
    const shown = async () => (file ? eventShowing(database, file.path) : undefined);
    if (!(await mayRead(database, request, shown, async () => id))) return request.askWho();
    return send(reply, file);
  });
};

/**
 * Options of routes for every account; where a program asks with roles, only if these may read the event; without an
 * account, only if everybody may.
 */
const byAccess = (what: About) => ({
  config: { ...about(what, 'agent', 'scheduler', 'viewer').config, byAccess: true, forEverybody: true },
});

/**
 * Whether a file may be read. False: the caller must sign in first. Files that came are for those who may change the
 * event (`write`); while an event shows them to viewers, `read` suffices. Without an account only `shown` can be read,
 * the event that shows the file. Throws Forbidden if the roles of a program may not, or if the file belongs to no event
 * yet.
 */
async function mayRead(
  database: Database,
  { runRoles: roles, who }: FastifyRequest,
  shown: () => Promise<string | undefined>,
  eventOf: () => Promise<string | undefined>,
): Promise<boolean> {
  if (!roles) return true;
  const event = await (who ? eventOf() : shown());
  if (event !== undefined) {
    const action = (await showsVersion(database, event)) ? 'read' : 'write';
    if (await findEvent(database, event, { roles, action })) return true;
  }
  if (!who) return false;
  throw new Forbidden('these roles may not read this');
}

function send(reply: FastifyReply, file: { path: string; mime_type: string } | undefined): FastifyReply {
  if (!file) return reply.code(404).send();
  const name = file.path.split('/').at(-1) ?? '';
  void reply.header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`);
  void reply.header('x-content-type-options', 'nosniff').type(file.mime_type);
  return reply.sendFile(file.path);
}
