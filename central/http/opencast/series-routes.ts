import type { FastifyReply, FastifyRequest } from 'fastify';
import { catalogOf, DCTERMS_NAMESPACE, parseTerms, termsToJson, type Term } from '@amphi/lib/opencast/dublin-core.ts';
import { XmlError } from '@amphi/lib/opencast/xml/xml.ts';
import type { Database } from '../../store/connect.ts';
import {
  countSeries,
  deleteSeries,
  searchSeries,
  seriesNamed,
  storeSeries,
  type NewSeries,
} from '../../catalogue/series.ts';
import { BadRequest } from '../../catalogue/bad-request.ts';
import { seriesTerms, seriesXml } from '../../catalogue/dublin-core.ts';
import { accessListIn } from '../fields.ts';
import { about, onlyFor, whoOf } from '../http-access.ts';
import { readForm, type Form } from '../form.ts';
import { XML } from '../media-types.ts';
import type { RouteModule } from '../services.ts';

type WithId = FastifyRequest<{ Params: { id: string } }>;
interface Search {
  q?: string;
  seriesId?: string;
  seriesTitle?: string;
  count?: string;
  startPage?: string;
}

/** Serves `/series` for every account, in the form that agents and scripts of 2016 know. */
export const seriesRoutes: RouteModule = (app, { database }) => {
  const reads = about({ series: 'id' }, 'agent', 'scheduler', 'viewer');
  const lists = about('nothing', 'agent', 'scheduler');
  app.get('/series/count', lists, async (_request, reply) => {
    const count = await countSeries(database);
    return reply.type('text/plain').send(String(count));
  });
  app.get('/series/series.json', lists, async (request: FastifyRequest<{ Querystring: Search }>) => {
    const { query } = request;
    const limit = numberOr(query.count, 100);
    const found = await search(database, query, limit, numberOr(query.startPage, 0) * limit);
    return { totalCount: String(found.total), catalogs: found.series.map((one) => termsToJson(seriesTerms(one))) };
  });
  app.get('/series/:id', reads, async (request: WithId, reply) => {
    const [, id = request.params.id, format = 'json'] = /^(.*)\.(json|xml)$/.exec(request.params.id) ?? [];
    const series = await seriesNamed(database, id);
    if (!series) return reply.code(404).send();
    if (format === 'xml') return reply.type(XML).send(seriesXml(series));
    return termsToJson(seriesTerms(series));
  });
  app.post('/series', onlyFor('scheduler'), async (request, reply) => {
    const given = seriesIn(await readForm(request));
    if (typeof given === 'string') return reply.code(400).type('text/plain').send(`${given}\n`);
    const { isNew, series } = await storeSeries(database, whoOf(request), given);
    return isNew ? reply.code(201).type(XML).send(seriesXml(series)) : reply.code(204).send();
  });
  app.delete('/series/:id', onlyFor('scheduler'), async (request: WithId, reply: FastifyReply) => {
    const isGone = await deleteSeries(database, whoOf(request), request.params.id);
    return reply.code(isGone ? 204 : 404).send();
  });
};

/** Whole number of a query parameter; `otherwise` if it is missing. Throws BadRequest for any other text. */
function numberOr(text: string | undefined, otherwise: number): number {
  if (text === undefined || text === '') return otherwise;
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new BadRequest(`a page is asked for by whole numbers, not by ${JSON.stringify(text.slice(0, 40))}`);
}

const search = (database: Database, { q, seriesId, seriesTitle }: Search, limit: number, offset: number) =>
  searchSeries(database, { text: q, id: seriesId, title: seriesTitle, limit, offset });

/** Series from a form: its catalog, or single terms. A text: what is wrong with the form. */
function seriesIn(form: Form): NewSeries | string {
  const catalog = form.get('series');
  let terms: Term[];
  try {
    terms = catalog === undefined ? termsIn(form) : parseTerms(catalog);
  } catch (error) {
    if (error instanceof XmlError) return `the catalog of the series cannot be read: ${error.message}`;
    throw error;
  }
  const { title, identifier } = catalogOf(terms);
  if (title === '') return 'a series needs a title';
  const list = form.get('acl')?.trim();
  const acl = list ? accessListIn(list) : [];
  return { id: identifier ?? crypto.randomUUID(), title, terms, acl };
}

const NAMES =
  'title identifier creator contributor subject description language license rightsHolder publisher created'.split(' ');

const termsIn = (form: Form): Term[] =>
  form.entries
    .filter(({ name, value }) => NAMES.includes(name) && value.trim() !== '')
    .map(({ name, value }) => ({ namespace: DCTERMS_NAMESPACE, name, value: value.trim() }));
