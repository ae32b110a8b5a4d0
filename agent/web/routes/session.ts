import { z } from 'zod';
import { checkToken } from '../access.ts';
import { jsonRoute, mediaRoute, type Route } from '../route.ts';
import { cookieName, cookieOf, sessionCookie } from '../session-cookie.ts';

const tag = 'session';
const answer = z.object({
  access: z.enum(['admin', 'user']),
  open: z.boolean().describe('This box asks nobody for a token'),
});

/** A browser brings the token once; a cookie stands for it from then on. */
export const sessionRoutes: readonly Route[] = [
  jsonRoute({
    id: 'getSession',
    method: 'GET',
    path: '/session',
    tag,
    summary: 'What the asker may do',
    answer,
    answerExample: { access: 'admin', open: false },
    run: ({ box, session }) => ({ access: session.access, open: box.sessions.open }),
  }),
  mediaRoute({
    id: 'beginSession',
    method: 'POST',
    path: '/session',
    tag,
    summary: 'Sign a browser in',
    description:
      'Answers with a cookie (HttpOnly, SameSite=Strict, 12 hours) that stands for the token: for the elements of a page ' +
      'that cannot send a header (EventSource, img, video). A token in a URL is never accepted.',
    body: z.strictObject({ token: z.string().max(1024) }),
    bodyExample: { token: 'the token of the box' },
    open: true,
    refusals: [401, 429],
    answers: { 204: { text: 'The cookie is set' } },
    async serve({ box, body: { token } }, request, reply) {
      if (!box.sessions.open) {
        const wrong = checkToken(token, request.ip, box.sessions, box.throttle);
        if (wrong) return wrong;
        void reply.header('set-cookie', sessionCookie(cookieName(request.socket.localPort), box.sessions.begin()));
      }
      await reply.code(204).send();
      return undefined;
    },
  }),
  mediaRoute({
    id: 'endSession',
    method: 'DELETE',
    path: '/session',
    tag,
    summary: 'Sign a browser out',
    open: true,
    answers: { 204: { text: 'The cookie is worth nothing any more' } },
    async serve({ box }, request, reply) {
      const name = cookieName(request.socket.localPort);
      const cookie = cookieOf(request.headers.cookie, name);
      if (cookie !== undefined) box.sessions.end(cookie);
      await reply.code(204).header('set-cookie', sessionCookie(name, undefined)).send();
      return undefined;
    },
  }),
];
