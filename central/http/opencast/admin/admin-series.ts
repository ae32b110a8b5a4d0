import type { FastifyRequest } from 'fastify';
import { w3cOf } from '@amphi/lib/opencast/dates.ts';
import { catalogOf } from '@amphi/lib/opencast/dublin-core.ts';
import type { Filter } from '../../../catalogue/filters.ts';
import { countListedSeries, listSeries, type ListedSeries } from '../../../catalogue/list-series.ts';
import { filtersOf, pageOf, sortingOf, type Query } from '../../external-api/paging.ts';
import { NEWEST } from '../../external-api/versions-api.ts';
import { about } from '../../http-access.ts';
import type { RouteModule } from '../../services.ts';

/** Series of one answer where the query gives no limit; further ones are on the next pages. */
const USUAL_SERIES = 100;

/** Names of filters and orders in the admin interface, where they differ from those of our lists. */
const FILTERS: ReadonlyMap<string, string> = new Map([['CreationDate', 'creationDate']]);
const ORDERS: ReadonlyMap<string, string> = new Map([
  ['createdDateTime', 'created'],
  ['creation_date', 'created'],
  ['organizers', 'organizers'],
]);

/**
 * Serves `/admin-ng/series/series.json`: recorders and learning platforms find the series of a course with it
 * (facts/opencast 3.2).
 */
export const adminSeries: RouteModule = (app, { database }) => {
  const reads = about('nothing', 'agent', 'scheduler');
  app.get('/admin-ng/series/series.json', reads, async ({ query }: FastifyRequest<{ Querystring: Query }>) => {
    const { limit = query['limit'] === '0' ? 0 : USUAL_SERIES, offset } = pageOf(query);
    const words = String(query['q'] ?? '').trim();
    const asked = filtersOf(query, NEWEST).map((all) =>
      all.map(({ name, value }): Filter => ({ name: FILTERS.get(name) ?? name, value })),
    );
    const filters = words === '' ? asked : [[{ name: 'textFilter', value: words }, ...asked.flat()]];
    const sorting = sortingOf(query).map(({ by, descending }) => ({ by: ORDERS.get(by) ?? by, descending }));
    const listing = { filters, sorting, limit, offset };
    const [total, series] = await Promise.all([countListedSeries(database, listing), listSeries(database, listing)]);
    return { total, offset, count: series.length, limit, results: series.map(listed) };
  });
};

function listed(series: ListedSeries) {
  const { creators, contributors, createdMs } = catalogOf(series.terms);
  return {
    id: series.id,
    title: series.title,
    organizers: creators,
    contributors,
    createdBy: '',
    creation_date: w3cOf(createdMs ?? series.created_at.getTime()),
  };
}
