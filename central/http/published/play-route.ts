import type { FastifyReply, FastifyRequest } from 'fastify';
import { addressOf, isPlayed, streamOf } from '../../catalogue/files.ts';
import { findEvent } from '../../catalogue/list-events.ts';
import type { ShownFile } from '../../catalogue/media-package.ts';
import { episodesOf, type FoundEpisode } from '../../catalogue/search/found-episodes.ts';
import { about, asWhomOf } from '../http-access.ts';
import type { RouteModule, Services } from '../services.ts';

export type PlayAsked = FastifyRequest<{ Params: { id: string } }>;

/** Answers with a page of a lecture; undefined: the caller wants no page. */
export type ShowsPage = (
  services: Services,
  request: PlayAsked,
  reply: FastifyReply,
  episode: FoundEpisode,
) => Promise<FastifyReply | undefined>;

/** Serves `/play/{id}`: a page of an event for whoever wants one; for others the answer leads to the film itself. */
export const playRouteWith =
  (page: ShowsPage): RouteModule =>
  (app, services) => {
    const { database, urlFor } = services;
    const config = {
      ...about({ event: 'id' }, 'agent', 'scheduler', 'viewer').config,
      byAccess: true,
      forEverybody: true,
    };
    app.get('/play/:id', { config }, async (request: PlayAsked, reply) => {
      const { id } = request.params;
      const { runRoles: roles } = request;
      const event = await findEvent(database, id, roles ? { roles, action: 'read' } : undefined);
      // Page or film, and for whom, depends on more than the address.
      const vary = [reply.getHeader('vary'), 'Accept, Sec-Fetch-Dest'].flatMap((one) => one ?? []);
      void reply.headers({ vary: vary.join(', '), 'cache-control': 'no-store' });
      // Events that a caller may not see are answered as if they did not exist.
      if (!event && !request.who) return request.askWho();
      const episode = event && (await episodesOf(database, [id])).get(id);
      const isShown = episode?.files.some((file) => isPlayed(file)) ?? false;
      const shown = episode && isShown ? await page(services, request, reply, episode) : undefined;
      if (shown) return shown;
      const film = filmOf(episode?.files ?? []);
      if (film)
        return reply
          .code(302)
          .header('location', addressOf(urlFor(request), film) + asWhomOf(request))
          .send();
      return reply
        .code(404)
        .type('text/plain; charset=utf-8')
        .send(`${event ? whyNothing(event) : `there is no event ${id}`}\n`);
    });
  };

const whyNothing = ({ id, newestVersion }: { id: string; newestVersion: number | null }): string =>
  newestVersion === null ? `nothing was recorded of ${id} yet` : `${id} is not published`;

/** File that is played: the camera before the slides, pictures before sound alone, and the one with most pixels. */
function filmOf(files: readonly ShownFile[]): ShownFile | undefined {
  const tracks = files.filter((file) => isPlayed(file) && !file.transport);
  const films = tracks
    .filter((file) => streamOf(file, 'video') !== undefined)
    .toSorted((one, other) => linesOf(other) - linesOf(one));
  return films.find(({ flavor }) => flavor.startsWith('presenter/')) ?? films[0] ?? tracks[0];
}

const linesOf = (file: ShownFile): number => streamOf(file, 'video')?.heightPx ?? 0;
