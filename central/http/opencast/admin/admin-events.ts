import type { FastifyRequest } from 'fastify';
import { BadRequest } from '../../../catalogue/bad-request.ts';
import type { Filter, Listing, Sorting } from '../../../catalogue/filters.ts';
import { countEvents, findEvent, listEvents } from '../../../catalogue/list-events.ts';
import { findSeries } from '../../../catalogue/list-series.ts';
import { removeEvents } from '../../../timetable/schedule.ts';
import { onlyFor, whoOf } from '../../http-access.ts';
import type { RouteModule } from '../../services.ts';
import { allowedIn } from '../../external-api/by-access.ts';
import { filtersOf, pageOf, sortingOf, type Query } from '../../external-api/paging.ts';
import { NEWEST } from '../../external-api/versions-api.ts';
import { adminEventJson } from './admin-event-json.ts';

type Listed = FastifyRequest<{ Querystring: Query }>;
type WithId = FastifyRequest<{ Params: { id: string }; Querystring: Query }>;

const READERS = { config: { ...onlyFor('scheduler', 'viewer').config, byAccess: true } };
/** Events of one answer; further ones are on the next pages. */
const MOST_EVENTS = 1000;
const USUAL_EVENTS = 100;

/** Names of filters and orders in the admin interface, where they differ from those of our lists. */
const FILTERS: ReadonlyMap<string, string> = new Map([
  ['presentersBibliographic', 'presenters'],
  ['startDate', 'start'],
]);
const ORDERS: ReadonlyMap<string, string> = new Map([
  ['presenters', 'presenter'],
  ['series', 'series_name'],
]);

/**
 * Serves `/admin-ng/event/events.json`, `/admin-ng/event/{id}` and `/admin-ng/series/{id}/hasEvents.json`
 * (facts/opencast 3.5).
 */
export const adminEvents: RouteModule = (app, services) => {
  const { database, clock } = services;
  app.get('/admin-ng/event/events.json', READERS, async (request: Listed) => {
    const { limit = USUAL_EVENTS, offset } = pageOf(request.query);
    const listing: Listing = {
      filters: filtersAsked(request.query),
      sorting: sortingOf(request.query).map(named),
      allowed: allowedIn(request),
      limit: Math.min(limit, MOST_EVENTS),
      offset,
    };
    const [total, events] = await Promise.all([countEvents(database, listing), listEvents(database, listing)]);
    const results = events.map((event) => adminEventJson(event, clock.nowMs()));
    return { total, offset, count: results.length, limit: listing.limit, results };
  });
  app.get('/admin-ng/event/:id', READERS, async (request: WithId, reply) => {
    const { id } = request.params;
    const event = await findEvent(database, id, allowedIn(request));
    if (event) return adminEventJson(event, clock.nowMs());
    return reply.code(404).type('text/plain; charset=utf-8').send(`Cannot find an event with id '${id}'.`);
  });
  app.delete('/admin-ng/event/:id', onlyFor('scheduler'), async (request: WithId, reply) => {
    const { id } = request.params;
    const done = await removeEvents(services, whoOf(request), [id]);
    if (done.kind !== 'missing') return reply.code(200).send();
    return reply.code(404).type('text/plain; charset=utf-8').send(`Cannot find an event with id '${id}'.`);
  });
  app.get('/admin-ng/series/:id/hasEvents.json', READERS, async (request: WithId, reply) => {
    const { id } = request.params;
    const allowed = allowedIn(request);
    const filters = [[{ name: 'series', value: id }]];
    const count = await countEvents(database, { filters, sorting: [], allowed });
    // Events may name a series that does not exist here.
    if (count > 0 || (await findSeries(database, id, allowed))) return { hasEvents: count > 0 };
    return reply.code(404).type('text/plain; charset=utf-8').send(`Cannot find a series with id '${id}'.`);
  });
};

function filtersAsked(query: Query): Filter[][] {
  return filtersOf(query, NEWEST).map((all) =>
    all.map(({ name, value }) => ({ name: FILTERS.get(name) ?? name, value })),
  );
}

function named({ by, descending }: Sorting): Sorting {
  if (by === '') throw new BadRequest('sort is such as title:ASC');
  return { by: ORDERS.get(by) ?? by, descending };
}
