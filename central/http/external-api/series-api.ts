import type { FastifyReply, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import { termsFrom, wordsOf } from '../../catalogue/event-rows.ts';
import { findSeries, listSeries, type ListedSeries } from '../../catalogue/list-series.ts';
import { changeSeries, createSeries, deleteSeries, type SeriesPatch } from '../../catalogue/series.ts';
import { BadRequest } from '../../catalogue/bad-request.ts';
import { jsonField } from '../fields.ts';
import { whoOf } from '../http-access.ts';
import { readForm } from '../form.ts';
import type { RouteModule } from '../services.ts';
import { z } from 'zod';
import { aclField, aclJson } from './acl.ts';
import { EVENT_READERS, SCHEDULERS } from './base.ts';
import { catalogsField, catalogsJson, fieldsJson, SERIES, valuesField, type Saying } from './metadata.ts';
import { filtersOf, isTrue, pageOf, sortingOf, type Query } from './paging.ts';
import { allowedIn } from './by-access.ts';
import { noContent, notFound } from './replies.ts';
import { seriesJson, toldOfSeries } from './series-json.ts';

type ById = { Params: { id: string }; Querystring: Query };

const properties = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String));

/** Serves `/api/series`. */
export const seriesApi: RouteModule = (app, services) => {
  const { database } = services;
  const tell = async (request: FastifyRequest<ById>, reply: FastifyReply, part: (series: ListedSeries) => unknown) => {
    const series = await findSeries(database, request.params.id);
    return series ? part(series) : notFound(reply, `Cannot find a series with id '${request.params.id}'.`);
  };
  const change = (request: FastifyRequest, id: string, patch: SeriesPatch, told: unknown): Promise<void> =>
    changeSeries(database, whoOf(request), id, patch, { nowMs: services.clock.nowMs(), told });
  const say = async (request: FastifyRequest, series: ListedSeries, { words }: Saying): Promise<void> => {
    const next = { ...wordsOf(series), ...words };
    await change(request, series.id, { title: next.title, terms: termsFrom(next) }, words);
  };

  app.get<{ Querystring: Query }>('/api/series', EVENT_READERS, async (request) => {
    const { query, apiMinor } = request;
    const listing = {
      allowed: allowedIn(request),
      filters: filtersOf(query, apiMinor),
      sorting: sortingOf(query),
      ...pageOf(query),
    };
    const found = await listSeries(database, listing);
    const withAcl = isTrue(query, 'withacl');
    return found.map((series) => ({
      ...seriesJson(series, apiMinor),
      ...(withAcl ? { acl: aclJson(series.acl) } : {}),
    }));
  });
  app.get<ById>('/api/series/:id', EVENT_READERS, (request, reply) =>
    tell(request, reply, (series) => ({ ...seriesJson(series, request.apiMinor), ...wholeOf(series, request) })),
  );
  app.post('/api/series', SCHEDULERS, async (request, reply) => {
    const form = await readForm(request);
    const { words } = catalogsField(form.get('metadata') ?? '', SERIES);
    const { title } = words;
    if (!title) throw new BadRequest('the title is missing in the catalog dublincore/series');
    const id = randomUUID();
    const acl = form.get('acl') ? aclField(form.get('acl') ?? '') : [];
    await createSeries(database, whoOf(request), { id, title, terms: termsFrom(words), acl }, words);
    return reply
      .code(201)
      .header('location', `${services.urlFor(request)}/api/series/${id}`)
      .send({ identifier: id });
  });
  app.put<ById>('/api/series/:id', SCHEDULERS, async (request, reply) => {
    const said = catalogsField((await readForm(request)).get('metadata') ?? '', SERIES);
    return tell(request, reply, async (series) => {
      await say(request, series, said);
      return catalogsOf(await findSeries(database, series.id));
    });
  });
  app.delete<ById>('/api/series/:id', SCHEDULERS, (request, reply) =>
    tell(request, reply, async ({ id }) => {
      await deleteSeries(database, whoOf(request), id);
      return noContent(reply);
    }),
  );

  app.get<ById>('/api/series/:id/metadata', EVENT_READERS, (request, reply) =>
    tell(request, reply, (series) => {
      const { type } = request.query;
      if (type === undefined) return catalogsOf(series);
      if (type === SERIES.flavor) return fieldsJson(SERIES, wordsOf(series), toldOfSeries(series));
      return notFound(reply, `Cannot find a catalog with type '${String(type)}' for series with id '${series.id}'.`);
    }),
  );
  app.put<ById>('/api/series/:id/metadata', SCHEDULERS, async (request, reply) => {
    const said = valuesField((await readForm(request)).get('metadata') ?? '', SERIES);
    return tell(request, reply, async (series) => {
      await say(request, series, said);
      const after = await findSeries(database, series.id);
      return after ? fieldsJson(SERIES, wordsOf(after), toldOfSeries(after)) : [];
    });
  });
  app.delete<ById>('/api/series/:id/metadata', SCHEDULERS, async (_request, reply) =>
    reply
      .code(403)
      .type('text/plain; charset=utf-8')
      .send('The main metadata catalog cannot be deleted as it has mandatory fields.'),
  );

  app.get<ById>('/api/series/:id/acl', EVENT_READERS, (request, reply) =>
    tell(request, reply, ({ acl }) => aclJson(acl)),
  );
  app.put<ById>('/api/series/:id/acl', SCHEDULERS, async (request, reply) => {
    const form = await readForm(request);
    const acl = aclField(form.get('acl') ?? '');
    return tell(request, reply, async ({ id }) => {
      await change(request, id, { acl, overridesEvents: form.get('override') === 'true' }, { acl });
      return aclJson(acl);
    });
  });
  app.get<ById>('/api/series/:id/properties', EVENT_READERS, (request, reply) =>
    tell(request, reply, (series) => series.properties),
  );
  app.put<ById>('/api/series/:id/properties', SCHEDULERS, async (request, reply) => {
    const given = jsonField('properties', (await readForm(request)).get('properties') ?? '', properties);
    return tell(request, reply, async (series) => {
      const next = { ...series.properties, ...given };
      await change(request, series.id, { properties: next }, { properties: given });
      return next;
    });
  });
};

const catalogsOf = (series: ListedSeries | undefined): object[] =>
  series ? catalogsJson(SERIES, wordsOf(series), toldOfSeries(series)) : [];

const wholeOf = (series: ListedSeries, { query }: FastifyRequest<ById>): object => ({
  description: wordsOf(series).description ?? '',
  organization: series.organization,
  opt_out: false,
  ...(isTrue(query, 'withacl') ? { acl: aclJson(series.acl) } : {}),
});
