import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { episodeXml, seriesXml } from '../../catalogue/dublin-core.ts';
import { findEvent } from '../../catalogue/list-events.ts';
import { LIVE_CATALOGS, publicationOf, publishedAt, type StaticPlace } from '../../catalogue/published/publications.ts';
import { seriesNamed } from '../../catalogue/series.ts';
import type { Database } from '../../store/connect.ts';
import { isList } from '../../store/lists/list-file.ts';
import { about } from '../http-access.ts';
import { XML } from '../media-types.ts';
import { Forbidden } from '../object-access.ts';
import type { RouteModule } from '../services.ts';
import { openListSender } from './send-list.ts';

type Asked = FastifyRequest<{ Params: StaticPlace & { organization: string } }>;

const READERS = {
  config: { ...about({ event: 'event' }, 'scheduler', 'viewer').config, byAccess: true, forEverybody: true },
};

/** Serves `/static/…`: files that are published, also in ranges, for whoever may see them now (facts/opencast 3.21). */
export const staticRoutes: RouteModule = async (app, { store, database }) => {
  await app.register(fastifyStatic, { root: store.folder, serve: false, cacheControl: false, dotfiles: 'deny' });
  const lists = openListSender(store);
  app.get('/static/:organization/:channel/:event/:element/:file', READERS, async (request: Asked, reply) => {
    const place = request.params;
    if (!(await maySee(database, request, place))) return request.askWho();
    // Whether somebody may see it is asked each time: a copy that was kept is used only after that.
    void reply.header('cache-control', 'private, no-cache').header('x-content-type-options', 'nosniff');
    if (place.element === LIVE_CATALOGS.episode || place.element === LIVE_CATALOGS.series)
      return sendDescription(database, place, reply);
    const found = await publishedAt(database, place);
    if (!found) return missing(reply);
    void reply.header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(place.file)}`);
    void reply.type(found.mime_type);
    return isList(found.path) ? lists.send(request, reply, found.path) : reply.sendFile(found.path);
  });
};

const missing = (reply: FastifyReply): FastifyReply =>
  reply.code(404).type('text/plain; charset=utf-8').send('there is no such file, or it is not published any more\n');

/**
 * Whether the caller may see what is published of an event: by `read`, and what the editor shows by `write`. False: the
 * caller must sign in first. Throws Forbidden if the roles of a program may not.
 */
async function maySee(
  database: Database,
  { runRoles: roles, who }: FastifyRequest,
  { event, channel }: StaticPlace,
): Promise<boolean> {
  if (!roles) return true;
  const action = channel === 'internal' ? 'write' : 'read';
  if (await findEvent(database, event, { roles, action })) return true;
  if (!who) return false;
  throw new Forbidden('these roles may not read this');
}

/** Sends the description of a published event, or of its series, as it is now. */
async function sendDescription(database: Database, { event: id, channel, element }: StaticPlace, reply: FastifyReply) {
  const [event, publication] = await Promise.all([findEvent(database, id), publicationOf(database, id, channel)]);
  if (!event || !publication) return missing(reply);
  if (element === LIVE_CATALOGS.episode) return reply.type(XML).send(episodeXml(event));
  const series = event.series === null ? undefined : await seriesNamed(database, event.series);
  return series ? reply.type(XML).send(seriesXml(series)) : missing(reply);
}
