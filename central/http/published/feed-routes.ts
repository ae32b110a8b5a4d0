import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BadRequest } from '../../catalogue/bad-request.ts';
import { findSeries } from '../../catalogue/list-series.ts';
import { findEpisodes } from '../../catalogue/search/found-episodes.ts';
import { readingRoles } from '../../identity/permissions.ts';
import { atomOf } from '../../publication/feeds/atom.ts';
import { feedOf } from '../../publication/feeds/feed.ts';
import { rssOf } from '../../publication/feeds/rss.ts';
import { asWhomOf, open } from '../http-access.ts';
import { valueOf, type SearchQuery } from '../opencast/search/search-query.ts';
import { searchedFor } from './strangers.ts';
import type { RouteModule } from '../services.ts';

type Asked = FastifyRequest<{ Params: { id?: string }; Querystring: SearchQuery }>;

const READERS = { config: { ...open.config, byAccess: true } };

/** Lectures of a feed, if it asks for no other number; and the most. */
const USUAL = 50;
const MOST = 250;

/** Feeds by the beginnings of their addresses; those with a version are Opencast's. */
const FEEDS = [
  { at: '/feeds/rss/2.0', type: 'application/rss+xml', write: rssOf, isPodcast: false },
  { at: '/feeds/atom/1.0', type: 'application/atom+xml', write: atomOf, isPodcast: false },
  { at: '/feeds/podcast', type: 'application/rss+xml', write: rssOf, isPodcast: true },
] as const;

/** Serves `/feeds/…`: the newest lectures of all series, or of one, that the caller may see. */
export const feedRoutes: RouteModule = (app, services) => {
  for (const feed of FEEDS)
    for (const path of ['/latest', '/series/:id'])
      app.get(`${feed.at}${path}`, READERS, (request: Asked, reply) =>
        searchedFor(request, () => answer(request, reply, feed)),
      );

  async function answer(
    request: Asked,
    reply: FastifyReply,
    { type, write, isPodcast }: (typeof FEEDS)[number],
  ): Promise<FastifyReply> {
    const { database, urlFor } = services;
    const { who, runRoles, params } = request;
    const roles = readingRoles(who, runRoles);
    const id = params.id;
    const allowed = roles ? { roles, action: 'read' } : undefined;
    const { episodes } = await findEpisodes(database, {
      series: id === undefined ? undefined : [id],
      limit: sizeIn(request.query),
      offset: 0,
      roles,
    });
    const isSeen = episodes.length > 0 || id === undefined;
    const series = id === undefined ? undefined : await findSeries(database, id, isSeen ? undefined : allowed);
    if (id !== undefined && !series && !isSeen)
      return reply
        .code(404)
        .type('text/plain; charset=utf-8')
        .send('there is no such series, or it is not for everybody\n');
    const asWhom = asWhomOf(request);
    const path = (request.raw.url ?? '').split('?')[0] ?? '';
    const text = write(feedOf(episodes, { series, base: urlFor(request), path, isPodcast, asWhom }));
    const mark = `"${createHash('sha256').update(text).digest('hex').slice(0, 32)}"`;
    void reply.header('etag', mark).header('cache-control', 'private, no-cache');
    if (request.headers['if-none-match'] === mark) return reply.code(304).send();
    return reply.type(`${type}; charset=utf-8`).send(text);
  }
};

/** Number of lectures that a feed asks for. Throws BadRequest. */
function sizeIn(query: SearchQuery): number {
  const text = valueOf(query, 'size');
  if (text === undefined) return USUAL;
  if (/^\d{1,4}$/.test(text) && Number(text) >= 1) return Math.min(Number(text), MOST);
  throw new BadRequest(`size is a number of lectures, up to ${MOST}`);
}
