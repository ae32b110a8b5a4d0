import type { FastifyReply, FastifyRequest } from 'fastify';
import { BadRequest } from '../../../catalogue/bad-request.ts';
import { listSeries } from '../../../catalogue/list-series.ts';
import { findEpisodes, type FoundEpisode } from '../../../catalogue/search/found-episodes.ts';
import { findRecordedSeries } from '../../../catalogue/search/found-series.ts';
import { readingRoles } from '../../../identity/permissions.ts';
import { open } from '../../http-access.ts';
import { XML } from '../../media-types.ts';
import type { RouteModule, Services } from '../../services.ts';
import { searchedFor } from '../../published/strangers.ts';
import { eachAsText } from '../long-answers.ts';
import { searchPage, shapeOf, valueOf, valuesOf, type SearchQuery } from './search-query.ts';
import { episodeElement, resultJson, resultXml, searchJson, searchXml, seriesElement } from './shape-15.ts';
import { episodeResult, foundJson, seriesResult } from './shape-16.ts';
import type { ListedSeries } from '../../../catalogue/list-series.ts';

type Asked = FastifyRequest<{ Querystring: SearchQuery }>;

/** Options of routes for everybody: access lists decide what each caller may read. */
const READERS = { config: { ...open.config, byAccess: true } };

/** Results of a page: series, then episodes. */
interface Found {
  series: readonly ListedSeries[];
  episodes: readonly FoundEpisode[];
  total: number;
  limit: number;
  offset: number;
}

/** Serves `/search/episode` and `/search/series`: recordings, for everybody who may read them (facts/opencast 3.3). */
export const searchRoutes: RouteModule = (app, services) => {
  const gated =
    (ask: Ask): Ask =>
    (of, request, shape) =>
      searchedFor(request, () => ask(of, request, shape));
  for (const format of ['json', 'xml'] as const) {
    app.get(`/search/episode.${format}`, READERS, (request: Asked, reply) =>
      answer(services, request, reply, format, gated(episodesAsked)),
    );
    app.get(`/search/lucene.${format}`, READERS, (request: Asked, reply) =>
      answer(services, request, reply, format, gated(questionAsked), '15'),
    );
    app.get(`/search/series.${format}`, READERS, (request: Asked, reply) =>
      answer(services, request, reply, format, gated(seriesAsked)),
    );
  }
};

type Ask = (services: Services, request: Asked, shape: '15' | '16') => Promise<Found>;

async function answer(
  services: Services,
  request: Asked,
  reply: FastifyReply,
  format: 'json' | 'xml',
  ask: Ask,
  only?: '15',
): Promise<FastifyReply> {
  // XML always has the older shape, since Opencast 16 has no XML.
  const shape = only ?? (format === 'xml' ? '15' : shapeOf(request.query, services.config.searchShape));
  const startedMs = services.clock.monotonicMs();
  const found = await ask(services, request, shape);
  const base = services.urlFor(request);
  const results = [...found.series.map((series) => ({ series })), ...found.episodes.map((episode) => ({ episode }))];
  if (shape === '16') {
    const texts = await eachAsText(results, (one) =>
      JSON.stringify('series' in one ? seriesResult(one.series) : episodeResult(one.episode, base)),
    );
    return reply.type(JSON_TYPE).send(foundJson(found, texts));
  }
  const tookMs = Math.round(services.clock.monotonicMs() - startedMs);
  const page = { ...found, query: valueOf(request.query, 'q') ?? '', tookMs };
  const write = format === 'xml' ? resultXml : resultJson;
  const texts = await eachAsText(results, (one) =>
    write('series' in one ? seriesElement(one.series) : episodeElement(one.episode, base)),
  );
  return format === 'xml'
    ? reply.type(XML).send(searchXml(page, texts))
    : reply.type(JSON_TYPE).send(searchJson(page, texts));
}

const JSON_TYPE = 'application/json; charset=utf-8';

const rolesOf = ({ who, runRoles }: Asked): readonly string[] | undefined => readingRoles(who, runRoles);
const isAdmin = ({ who, runRoles }: Asked): boolean => who?.role === 'admin' && runRoles === undefined;

async function episodesAsked({ database }: Services, request: Asked, shape: '15' | '16'): Promise<Found> {
  const { query } = request;
  const page = searchPage(query, shape, isAdmin(request));
  const { total, episodes } = await findEpisodes(database, {
    ...page,
    id: valueOf(query, 'id'),
    text: valueOf(query, 'q'),
    series: await seriesNamedIn(database, request),
    tags: valuesOf(query, 'tag'),
    flavors: valuesOf(query, 'flavor'),
    sort: valueOf(query, 'sort'),
    roles: rolesOf(request),
    withSlides: true,
  });
  return { series: [], episodes, total, ...page };
}

/** Answers `/search/lucene`, which Opencast had up to 15: a query in the syntax of Lucene. */
async function questionAsked({ database }: Services, request: Asked, shape: '15' | '16'): Promise<Found> {
  const { query } = request;
  const page = searchPage(query, shape, isAdmin(request));
  const [question, sort] = [valueOf(query, 'q'), valueOf(query, 'sort')];
  const roles = rolesOf(request);
  const { total, episodes } = await findEpisodes(database, { ...page, question, sort, roles, withSlides: true });
  return { series: [], episodes, total, ...page };
}

/** Ids of the series that `sid` or `sname` asks for. Throws BadRequest. */
async function seriesNamedIn(database: Services['database'], request: Asked): Promise<string[] | undefined> {
  const [id, name] = [valueOf(request.query, 'sid'), valueOf(request.query, 'sname')];
  if (name === undefined) return id === undefined ? undefined : [id];
  if (id !== undefined) throw new BadRequest("invalid request, both 'sid' and 'sname' specified");
  const roles = rolesOf(request);
  const found = await listSeries(database, {
    filters: [[{ name: 'title', value: name }]],
    sorting: [],
    limit: 2,
    allowed: roles ? { roles, action: 'read' } : undefined,
  });
  if (found.length > 1) throw new BadRequest('more than one series matches given series name');
  if (found.length === 0) throw new BadRequest("series with given name doesn't exist");
  return found.map((one) => one.id);
}

/** Series of one search whose episodes are searched; further ones are ignored. */
const MOST_SERIES = 2000;

/**
 * Series of a search. With `episodes=true`, in the older shape, their episodes follow on the pages after the series.
 */
async function seriesAsked({ database }: Services, request: Asked, shape: '15' | '16'): Promise<Found> {
  const { query } = request;
  const page = searchPage(query, shape, isAdmin(request));
  const [sort, roles] = [valueOf(query, 'sort'), rolesOf(request)];
  const wanted = { id: valueOf(query, 'id'), text: valueOf(query, 'q'), sort, roles };
  const { total, series } = await findRecordedSeries(database, { ...wanted, ...page });
  if (shape === '16' || valueOf(query, 'episodes') !== 'true') return { series, episodes: [], total, ...page };
  const all = await findRecordedSeries(database, { ...wanted, limit: MOST_SERIES, offset: 0 });
  const episodes = await findEpisodes(database, {
    sort,
    roles,
    series: all.series.map(({ id }) => id),
    limit: page.limit - series.length,
    offset: Math.max(0, page.offset - total),
    withSlides: true,
  });
  return { series, episodes: episodes.episodes, total: total + episodes.total, ...page };
}
