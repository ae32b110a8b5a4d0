import fastifyStatic from '@fastify/static';
import type { FastifyRequest } from 'fastify';
import { fileAt } from '../../catalogue/files.ts';
import { about } from '../http-access.ts';
import type { RouteModule } from '../services.ts';

type Asked = FastifyRequest<{ Params: { mediaPackage: string; element: string; file: string } }>;

/** `/files/mediapackage/…`: what was brought, by ranges. */
export const fileRoutes: RouteModule = async (app, { store, database }) => {
  await app.register(fastifyStatic, { root: store.folder, serve: false, cacheControl: false, dotfiles: 'deny' });
  app.get(
    '/files/mediapackage/:mediaPackage/:element/:file',
    about('file', 'agent', 'scheduler', 'viewer'),
    async (request: Asked, reply) => {
      const { mediaPackage, element, file } = request.params;
      const known = await fileAt(database, `${mediaPackage}/${element}/${file}`);
      if (!known) return reply.code(404).send();
      void reply.header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(file)}`);
      void reply.header('x-content-type-options', 'nosniff').type(known.mime_type);
      return reply.sendFile(known.path);
    },
  );
};
