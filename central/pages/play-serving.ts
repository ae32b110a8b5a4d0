import type { FastifyReply, FastifyRequest } from 'fastify';
import { mayEdit } from '../editing/may-edit.ts';
import { asWhomOf } from '../http/http-access.ts';
import { playRouteWith, type PlayAsked } from '../http/published/play-route.ts';
import type { Services } from '../http/services.ts';
import { playerLecture, type PlayerLecture } from '../publication/player.ts';
import { playPage } from './play-page.ts';
import { readerOf } from './reader.ts';

/** Serves `/play/{id}`: to programs the film, to somebody who opens it in a browser a page with it. */
export const playRoute = playRouteWith(async (services, request, reply, episode) => {
  if (!isOpened(request)) return undefined;
  const { id } = request.params;
  const [asWhom, base] = [asWhomOf(request), services.urlFor(request)];
  const lecture = playerLecture(episode, base, asWhom);
  const view = viewOf(request);
  /** Path of the page with a picture, for the same person. */
  const linkTo = (picture: string | undefined): string => {
    const query = [asWhom.slice(1), picture === undefined ? '' : `view=${encodeURIComponent(picture)}`];
    return [`/play/${encodeURIComponent(id)}`, query.filter(Boolean).join('&')].filter(Boolean).join('?');
  };
  const page = playPage(
    { reader: readerOf(request), path: linkTo(view), who: request.who },
    { lecture, view, mayEdit: await isEditor(services, request, id), linkTo },
  );
  return send(reply, lecture, base, page);
});

/**
 * Whether a person opens the address as a page; a player, a page that embeds it and a program get the film. Old browsers, and all
 * of them over plain http, do not tell whether a page embeds it: they get the film, too.
 */
const isOpened = ({ headers }: FastifyRequest): boolean =>
  headers['sec-fetch-dest'] === 'document' && /\btext\/html\b/.test(headers.accept ?? '');

/** Whether the caller may open the editor with this event. */
const isEditor = async ({ database }: Services, { who, runRoles }: FastifyRequest, event: string): Promise<boolean> =>
  who !== undefined && who.role !== 'agent' && who.agent === null && mayEdit(database, { who, roles: runRoles }, event);

function viewOf({ query }: PlayAsked): string | undefined {
  const view: unknown = Object.getOwnPropertyDescriptor(query, 'view')?.value;
  return typeof view === 'string' ? view : undefined;
}

/** Origin of an address of a stream; none if it is no URL, or one of a protocol that browsers do not load media by. */
const originOf = (url: string, base: string): string[] => {
  const parsed = URL.canParse(url, base) ? new URL(url, base) : undefined;
  return parsed && /^https?:$/.test(parsed.protocol) ? [parsed.origin] : [];
};

/** Sends a page that may load media of this server, and of the servers that stream the lecture. */
function send(reply: FastifyReply, { pictures }: PlayerLecture, base: string, page: string): FastifyReply {
  const streams = pictures.flatMap((one) => one.streams.flatMap(({ url }) => originOf(url, base)));
  const media = ["'self'", new URL(base).origin, ...new Set(streams)].join(' ');
  const policy = `default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' ${new URL(base).origin}; media-src ${media}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`;
  return reply
    .headers({
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    })
    .type('text/html; charset=utf-8')
    .send(page);
}
