import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { findEpisodes, type FoundEpisode } from '../../catalogue/search/found-episodes.ts';
import { textsWith } from '../../catalogue/search/found-texts.ts';
import { soughtBy } from '../../catalogue/search/words.ts';
import { readingRoles } from '../../identity/permissions.ts';
import { lectureSummary, playerLecture } from '../../publication/player.ts';
import type { Database } from '../../store/connect.ts';
import { asWhomOf } from '../http-access.ts';
import { searchedFor } from '../published/strangers.ts';
import { apiRoute, refused, type AnyRoute } from './route.ts';

const playerFile = z.object({
  url: z.string(),
  fileName: z.string(),
  flavor: z.string(),
  mimeType: z.string(),
  sizeBytes: z.number(),
  durationMs: z.number().nullable(),
  widthPx: z.number().nullable(),
  heightPx: z.number().nullable(),
});
const playerText = z.object({ url: z.string(), language: z.string().nullable(), mimeType: z.string() });
const lecture = z.object({
  id: z.string(),
  title: z.string(),
  series: z.object({ id: z.string(), title: z.string().nullable() }).nullable(),
  creators: z.array(z.string()),
  description: z.string(),
  language: z.string().nullable(),
  license: z.string().nullable(),
  startsAt: z.iso.datetime().nullable(),
  durationMs: z.number().nullable(),
  pictures: z.array(
    z.object({
      name: z.string(),
      streams: z.array(z.object({ url: z.string(), mimeType: z.string(), transport: z.string() })),
      files: z.array(playerFile),
    }),
  ),
  sounds: z.array(playerFile),
  cover: z.string().nullable(),
  timeline: z.string().nullable(),
  captions: z.array(playerText),
  chapters: z.array(playerText),
  slides: z.array(
    z.object({ startMs: z.number(), durationMs: z.number(), text: z.string(), picture: z.string().nullable() }),
  ),
  downloads: z.array(playerFile),
});
const hit = z.object({ kind: z.enum(['slide', 'caption', 'chapter']), startMs: z.number(), text: z.string() });

/** Places of one lecture that a search answers, and letters of each. */
const MOST_HITS = 5;
const MOST_LETTERS = 200;

const rolesOf = ({ who, runRoles }: FastifyRequest): readonly string[] | undefined => readingRoles(who, runRoles);

/** Rows for players and portals. */
export const lectureRoutes: readonly AnyRoute[] = [
  apiRoute({
    id: 'getLecture',
    method: 'GET',
    path: '/lectures/{id}',
    summary: 'A lecture for a player: films, sound, captions, slides and downloads, for whoever may see it',
    access: 'anyone',
    params: z.strictObject({ id: z.string() }),
    query: z.strictObject({ jwt: z.string().optional() }),
    answer: lecture,
    async run({ services: { database, urlFor }, params: { id }, request }) {
      const { episodes } = await findEpisodes(database, {
        id,
        roles: rolesOf(request),
        limit: 1,
        offset: 0,
        withSlides: true,
      });
      const [episode] = episodes;
      if (!episode) return refused(404, 'there is no such lecture, or not for this account');
      return playerLecture(episode, urlFor(request), asWhomOf(request));
    },
  }),
  apiRoute({
    id: 'searchLectures',
    method: 'GET',
    path: '/lectures',
    summary: 'Lectures by words in titles, people, series, slides and captions, with the times to jump to',
    access: 'anyone',
    query: z.strictObject({
      q: z.string().max(1000).optional(),
      series: z.string().optional(),
      limit: z.coerce.number().int().min(1).max(100).default(20),
      offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
      jwt: z.string().optional(),
    }),
    answer: z.object({
      total: z.number(),
      lectures: z.array(
        lecture
          .pick({ id: true, title: true, series: true, creators: true, startsAt: true, durationMs: true, cover: true })
          .extend({ hits: z.array(hit) }),
      ),
    }),
    async run({ services: { database, urlFor }, query: { q, series, limit, offset }, request }) {
      const search = async () => {
        const text = q?.trim() ? q : undefined;
        const ids = series === undefined ? undefined : [series];
        const found = await findEpisodes(database, { text, series: ids, roles: rolesOf(request), limit, offset });
        const hits = text === undefined ? new Map<string, Hit[]>() : await hitsOf(database, found.episodes, text);
        return {
          total: found.total,
          lectures: found.episodes.map((episode) => ({
            ...lectureSummary(episode, urlFor(request), asWhomOf(request)),
            hits: hits.get(episode.publication?.id ?? '') ?? [],
          })),
        };
      };
      return searchedFor(request, search);
    },
  }),
];

type Hit = z.input<typeof hit>;

/** Places of lectures that have one of the words, by the ids of their publications. */
async function hitsOf(
  database: Database,
  episodes: readonly FoundEpisode[],
  text: string,
): Promise<Map<string, Hit[]>> {
  const publications = episodes.flatMap(({ publication }) => publication?.id ?? []);
  const texts = await textsWith(database, publications, await soughtBy(database, text));
  const byPublication = Map.groupBy(texts, ({ publication }) => publication);
  return new Map(
    [...byPublication].map(([publication, all]) => [
      publication,
      all
        .slice(0, MOST_HITS)
        .map(({ kind, startMs, text: said }) => ({ kind, startMs, text: said.slice(0, MOST_LETTERS).toWellFormed() })),
    ]),
  );
}
