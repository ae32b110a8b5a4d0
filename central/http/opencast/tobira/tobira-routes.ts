import type { FastifyRequest } from 'fastify';
import { BadRequest } from '../../../catalogue/bad-request.ts';
import { changesSince, type Change } from '../../../catalogue/harvest/changes.ts';
import { episodesOf } from '../../../catalogue/search/found-episodes.ts';
import { seriesOf } from '../../../catalogue/search/found-series.ts';
import type { RouteModule, Services } from '../../services.ts';
import { eachAsText, withMember } from '../long-answers.ts';
import { valueOf, type SearchQuery } from '../search/search-query.ts';
import { tobiraEvent, tobiraSeries } from './tobira-items.ts';

type Asked = FastifyRequest<{ Querystring: SearchQuery }>;

/** Version of Tobira's API that is spoken (facts/opencast 3.6). */
const VERSION = '1.6';
/** Changes of one answer, about; a request for more gets this many, and must ask again for the rest. */
const MOST_CHANGES = 1000;
/** Time in ms for which a change may be written late: younger changes are given again in the next answer. */
const LATE_MS = 180_000;

/** Serves `/tobira`: all changes, only for admins (facts/opencast 3.6). */
export const tobiraRoutes: RouteModule = (app, services) => {
  app.get('/tobira/version', async () => ({ version: VERSION }));
  app.get('/tobira/harvest', async (request: Asked, reply) => {
    const amount = numberIn(request.query, 'preferredAmount', 1);
    const sinceMs = numberIn(request.query, 'since', 0);
    const nowMs = services.clock.nowMs();
    const found = await changesSince(services.database, sinceMs, Math.min(amount, MOST_CHANGES), nowMs);
    const items = await itemsOf(services, found.changes, services.urlFor(request));
    const head = { includesItemsUntil: Math.min(found.untilMs, nowMs - LATE_MS), hasMore: found.hasMore };
    return reply
      .type('application/json; charset=utf-8')
      .send(withMember(JSON.stringify(head), '}', 'items', `[${items.join(',')}]`));
  });
};

/** Whole number of a parameter, at least `least`. Throws BadRequest. */
function numberIn(query: SearchQuery, name: string, least: number): number {
  const text = valueOf(query, name);
  if (text === undefined) throw new BadRequest(`Required parameter '${name}' not specified`);
  if (/^\d{1,15}$/.test(text) && Number(text) >= least) return Number(text);
  throw new BadRequest(`Parameter '${name}' must be a whole number, ${least} or more`);
}

async function itemsOf({ database }: Services, changes: readonly Change[], base: string): Promise<string[]> {
  const idsOf = (kind: Change['kind']): string[] => changes.filter((one) => one.kind === kind).map(({ id }) => id);
  const [episodes, series] = await Promise.all([
    episodesOf(database, idsOf('event')),
    seriesOf(database, idsOf('series')),
  ]);
  const texts = await eachAsText(changes, ({ kind, id, updatedMs }) => {
    const [episode, one] = [episodes.get(id), series.get(id)];
    if (kind === 'event') return episode ? JSON.stringify(tobiraEvent(episode, updatedMs, base)) : '';
    if (kind === 'series') return one ? JSON.stringify(tobiraSeries(one, updatedMs)) : '';
    return JSON.stringify({ kind, id, updated: updatedMs });
  });
  // Entries that were deleted during the request are left out: the next answer tells that they were deleted.
  return texts.filter((text) => text !== '');
}
