import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { BadRequest } from '../../catalogue/bad-request.ts';
import { seriesTitles } from '../../catalogue/series.ts';
import { jsonField } from '../fields.ts';
import { readForm } from '../form.ts';
import { onlyFor } from '../http-access.ts';
import type { RouteModule } from '../services.ts';
import { READERS } from './base.ts';
import { pageOf, type Query } from './paging.ts';
import { notFound } from './replies.ts';

const asked = z.array(z.object({ provider: z.object({ identifier: z.string() }) }));

/**
 * Serves lists that programs read before they work with events. This server has no groups, playlists and statistics,
 * and signs no URLs: those lists are empty, and single entries are not found. Names of series are known.
 */
export const listsApi: RouteModule = (app, { database }) => {
  const none = (reply: FastifyReply, what: string, id: string): FastifyReply =>
    notFound(reply, `Cannot find a ${what} with id '${id}'.`);
  for (const [path, what] of [
    ['/api/groups', 'group'],
    ['/api/playlists', 'playlist'],
    ['/api/statistics/providers', 'statistics provider'],
  ] as const) {
    app.get<{ Querystring: Query }>(path, READERS, async ({ query }) => {
      pageOf(query);
      return [];
    });
    app.get<{ Params: { id: string } }>(`${path}/:id`, READERS, async ({ params }, reply) =>
      none(reply, what, params.id),
    );
  }
  app.post('/api/statistics/data/query', READERS, async (request, reply) => {
    const [first] = jsonField('data', (await readForm(request)).get('data') ?? '', asked);
    return first ? none(reply, 'statistics provider', first.provider.identifier) : [];
  });
  app.post('/api/security/sign', onlyFor('scheduler'), async (request) => {
    if (!(await readForm(request)).get('url')?.trim()) throw new BadRequest("Query parameter 'url' is mandatory");
    return { error: 'Given URL cannot be signed' };
  });
  app.get('/api/listproviders/providers.json', READERS, async () => ['SERIES']);
  app.get<{ Params: { source: string } }>('/api/listproviders/:source', READERS, async ({ params }, reply) => {
    const source = params.source.replace(/\.json$/, '');
    if (source !== 'SERIES') return none(reply, 'list provider', source);
    return Object.fromEntries((await seriesTitles(database)).map(({ id, title }) => [id, title]));
  });
};
