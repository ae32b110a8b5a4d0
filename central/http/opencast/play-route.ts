import type { FastifyRequest } from 'fastify';
import { filesOf, urlOf } from '../../catalogue/files.ts';
import { findEvent } from '../../catalogue/list-events.ts';
import { newestVersion } from '../../catalogue/versions.ts';
import type { FileRow } from '../../store/tables.ts';
import { about, urlTokenOf } from '../http-access.ts';
import type { RouteModule } from '../services.ts';

/** Serves `/play/{id}`: the film of an event. This server has no player, so the answer leads to the file itself. */
export const playRoute: RouteModule = (app, { database, urlFor }) => {
  app.get(
    '/play/:id',
    {
      config: { ...about({ event: 'id' }, 'agent', 'scheduler', 'viewer').config, byAccess: true, forEverybody: true },
    },
    async (request: FastifyRequest<{ Params: { id: string } }>, reply) => {
      const { id } = request.params;
      const { runRoles: roles } = request;
      const event = await findEvent(database, id, roles ? { roles, action: 'read' } : undefined);
      const newest = await newestVersion(database, id);
      const film = newest && filmOf(await filesOf(database, id, newest.version));
      // Events that a caller may not see are answered as if they did not exist.
      if (!event && !request.who) return request.askWho();
      const token = urlTokenOf(request);
      const asWhom = token === undefined ? '' : `?jwt=${encodeURIComponent(token)}`;
      if (event && film)
        return reply
          .code(302)
          .header('location', urlOf(urlFor(request), film.path) + asWhom)
          .send();
      const why = event ? `nothing was recorded of ${id} yet` : `there is no event ${id}`;
      return reply.code(404).type('text/plain; charset=utf-8').send(`${why}\n`);
    },
  );
};

/** File that is played: the camera before the slides, and pictures before sound alone. */
function filmOf(files: readonly FileRow[]): FileRow | undefined {
  const tracks = files.filter(({ kind }) => kind === 'track');
  const films = tracks.filter(({ streams }) => streams?.some(({ kind }) => kind === 'video'));
  return films.find(({ flavor }) => flavor.startsWith('presenter/')) ?? films[0] ?? tracks[0];
}
