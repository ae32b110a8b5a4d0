import { z } from 'zod';
import type { Asker } from '../access/entrance.ts';
import { isRefused } from '#lib/http-api/refusal.ts';
import { ACCESS, deviceAccess, type Role } from '../access/roles.ts';
import { jsonRoute, mediaRoute, type Box, type Route } from '../http/route.ts';
import { beginSession, endSession } from '../access/signing.ts';

const tag = 'session';
const roles = ACCESS.filter((one): one is Role => one !== 'open');
const answer = z.object({
  access: z.enum(['admin', 'user']).describe('As whom the box takes the asker'),
  role: z.enum(roles),
  by: z.enum(['open', 'token', 'password', 'session', 'pairing']).describe('How that is known'),
  open: z.boolean().describe('This box asks nobody who they are'),
});
const view = (box: Box, { role, by }: Pick<Asker, 'role' | 'by'>) => ({
  access: deviceAccess(role),
  role,
  by,
  open: box.entrance.isOpen(),
});

/** Routes for logging in and out; a cookie proves the session. */
export const sessionRoutes: readonly Route[] = [
  jsonRoute({
    id: 'getSession',
    method: 'GET',
    path: '/session',
    access: 'lectern',
    tag,
    summary: 'What the asker may do',
    answer,
    answerExample: { access: 'admin', role: 'admin', by: 'session', open: false },
    run: ({ box, asker }) => view(box, asker ?? { role: 'user', by: 'open' }),
  }),
  mediaRoute({
    id: 'beginSession',
    method: 'POST',
    path: '/session',
    access: 'open',
    tag,
    summary: 'Sign in',
    description:
      'With name and password of an account, or with the token of the box. Answers with a cookie (HttpOnly, ' +
      'SameSite=Strict) that stands for it, also for the elements of a page that cannot send a header (EventSource, img, ' +
      'video). The session ends after half an hour without use, after twelve hours, by DELETE, and when any password ' +
      'changes. What is secret is never accepted in a URL. Passwords are tried in turn with those of Telnet and SSH.',
    body: z.union([
      z.strictObject({ name: z.string().max(64), password: z.string().max(1024) }),
      z.strictObject({ token: z.string().max(1024) }),
    ]),
    bodyExample: { name: 'admin', password: 'the password of this account' },
    refusals: [401, 429],
    answers: { 204: { text: 'The cookie is set' } },
    async serve({ box, body }, request, reply) {
      if (!box.entrance.isOpen()) {
        const asker =
          'token' in body
            ? box.entrance.byToken(body.token, request.ip)
            : await box.entrance.byPassword(body.name, body.password, request.ip);
        if (isRefused(asker)) return asker;
        beginSession(box, asker.role, request, reply);
        box.log.info({ as: asker.name, address: request.ip }, 'signed in');
      }
      await reply.code(204).send();
      return undefined;
    },
  }),
  mediaRoute({
    id: 'endSession',
    method: 'DELETE',
    path: '/session',
    access: 'open',
    tag,
    summary: 'Sign out',
    answers: {
      204: { text: 'The cookie is worth nothing any more, and what was still sent to its browser has ended' },
    },
    async serve({ box }, request, reply) {
      endSession(box, request, reply);
      await reply.code(204).send();
      return undefined;
    },
  }),
];
