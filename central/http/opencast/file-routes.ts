import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { fileAt, filesOf } from '../../catalogue/files.ts';
import { about } from '../http-access.ts';
import type { RouteModule } from '../services.ts';

type Asked = FastifyRequest<{ Params: { mediaPackage: string; element: string; file: string } }>;
type Kept = FastifyRequest<{ Params: { id: string; element: string; version: string } }>;

/** `/files/mediapackage/…`: what was brought, by ranges; `/assets/assets/…`: the same, as a file of a version. */
export const fileRoutes: RouteModule = async (app, { store, database }) => {
  await app.register(fastifyStatic, { root: store.folder, serve: false, cacheControl: false, dotfiles: 'deny' });
  app.get(
    '/files/mediapackage/:mediaPackage/:element/:file',
    about('file', 'agent', 'scheduler', 'viewer'),
    async (request: Asked, reply) => {
      const { mediaPackage, element, file } = request.params;
      return send(reply, await fileAt(database, `${mediaPackage}/${element}/${file}`));
    },
  );
  app.get(
    '/assets/assets/:id/:element/:version/:file',
    about({ event: 'id' }, 'agent', 'scheduler', 'viewer'),
    async (request: Kept, reply) => {
      const { id, element, version } = request.params;
      if (!/^\d{1,9}$/.test(version)) return reply.code(404).send();
      const files = await filesOf(database, id, Number(version));
      return send(
        reply,
        files.find((one) => one.id === element),
      );
    },
  );
};

function send(reply: FastifyReply, file: { path: string; mime_type: string } | undefined): FastifyReply {
  if (!file) return reply.code(404).send();
  const name = file.path.split('/').at(-1) ?? '';
  void reply.header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`);
  void reply.header('x-content-type-options', 'nosniff').type(file.mime_type);
  return reply.sendFile(file.path);
}
