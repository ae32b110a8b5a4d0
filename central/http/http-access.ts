import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Role } from '../store/tables.ts';
import type { Accounts } from '../identity/accounts.ts';
import { BODY_LIMITS, refusalOfOpenBody } from './body-limits.ts';
import { mayUse, opencastRolesOf, type Allows } from '../identity/permissions.ts';
import type { Who } from '../identity/who.ts';
import { digestChallenge } from '../identity/digest.ts';
import { isNamedOrigin } from './cross-origin.ts';
import type { About } from './object-access.ts';
import { runAsIn } from './run-as.ts';
import { SESSION_COOKIE } from './session-cookie.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may use the route; none said: admins. */
    allows?: Allows;
    /** It changes something, but no calendar: calendars need not be looked at anew. */
    keepsCalendars?: boolean;
    /** It shows and changes only what access lists allow, where a program asks with roles. */
    byAccess?: boolean;
    /** Also for who has not said who he is, as far as access lists allow everybody: the route asks `request.askWho` where they do not. */
    forEverybody?: boolean;
    /** Pages of other sites send browsers here; it changes nothing for whoever is signed in. */
    fromElsewhere?: boolean;
  }
  interface FastifyRequest {
    /** The roles whose access lists count, where a program asks for somebody else by his roles; undefined: rights are those of `who`. */
    runRoles: readonly string[] | undefined;
    /** Answers that this needs an account, in the way that the client knows. */
    askWho: () => FastifyReply;
    /** Undefined where anyone may ask, and nobody has said who he is. */
    who: Who | undefined;
  }
}

/** Options of a route that these roles may use; admins always may. */
export const onlyFor = (...roles: Role[]) => ({ config: { allows: roles } });
/** The same, and what it is about for accounts of one agent alone. */
export const about = (what: About, ...roles: Role[]) => ({ config: { allows: roles, about: what } });
/** Options of a route for everybody, signed in or not. */
export const open = { config: { allows: 'anyone' as const } };

/** Whoever asks, on a route that is not open. */
export function whoOf(request: FastifyRequest): Who {
  if (!request.who) throw new Error('whoOf() on a route that is open');
  return request.who;
}

/** Lets nobody through who may not, before a byte of a body is read: some clients send an empty one first. */
export function guard(
  app: FastifyInstance,
  { accounts, config }: { accounts: Accounts; config: { url?: string | undefined; corsOrigins?: readonly string[] } },
): void {
  const ownHost = config.url === undefined ? undefined : new URL(config.url).host;
  app.decorateRequest('who', undefined);
  app.decorateRequest('runRoles', undefined);
  app.decorateRequest('askWho');
  app.addHook('onRequest', async (request, reply) => {
    const { allows = ['admin'], fromElsewhere = false, forEverybody = false } = request.routeOptions.config;
    request.askWho = () => challenge(request, reply, accounts, false, false);
    const found = await accounts.identify({
      method: request.method,
      target: request.raw.url ?? '',
      authorization: request.headers.authorization,
      session: request.cookies[SESSION_COOKIE],
      urlToken: urlTokenOf(request),
      address: request.ip,
    });
    // What is shown goes on to other sites without the address, which has the token.
    if (urlTokenOf(request) !== undefined) void reply.header('referrer-policy', 'no-referrer');
    // A token is never in a browser's keeping; a session and a password of Basic or digest may be, and so may be nothing yet.
    const mayBeForged = found.kind === 'nobody' || (found.kind === 'known' && found.by !== 'token');
    // A site that the installer named sends what it was given; a session of ours is not for it.
    const isNamed = request.headers.authorization !== undefined && isNamedOrigin(request, config.corsOrigins ?? []);
    if (mayBeForged && !fromElsewhere && !isNamed && isForged(request, ownHost)) {
      return reply
        .code(403)
        .type('text/plain; charset=utf-8')
        .send('this request does not come from a page of this server\n');
    }
    if (found.kind === 'known') {
      request.who = found.who;
      const wrong = (await actForOthers(request, accounts, found.who)) ?? byRoles(request, found.roles);
      if (wrong) return reply.code(wrong.status).type('text/plain; charset=utf-8').send(`${wrong.text}\n`);
    }
    if ((found.kind === 'known' || found.kind === 'nobody') && mayUse(request.who, allows)) {
      const refusal = request.who ? undefined : refusalOfOpenBody(request, BODY_LIMITS);
      if (!refusal) return;
      return reply.code(refusal.status).type('text/plain; charset=utf-8').send(`${refusal.text}\n`);
    }
    if (found.kind === 'nobody' && forEverybody) {
      request.runRoles = opencastRolesOf(undefined);
      return;
    }
    if (found.kind === 'known') {
      return reply.code(403).type('text/plain; charset=utf-8').send('this account may not do this\n');
    }
    if (found.kind === 'busy') {
      return reply
        .code(429)
        .header('retry-after', '5')
        .type('text/plain; charset=utf-8')
        .send('too many wrong passwords\n');
    }
    return challenge(request, reply, accounts, found.kind === 'stale', found.kind === 'wrong');
  });
}

/**
 * Lets an admin act for somebody else, by his name or his roles. What is not decided by access lists is refused to roles: nobody is to
 * see more than those he is asked for. Gives why not; undefined: it may go on.
 */
async function actForOthers(
  request: FastifyRequest,
  accounts: Accounts,
  who: Who,
): Promise<{ status: number; text: string } | undefined> {
  const asked = runAsIn(request.headers);
  if (!asked) return undefined;
  if (who.role !== 'admin' || who.agent !== null) return { status: 403, text: 'this account may not act for others' };
  if (asked.user !== undefined) {
    const other = await accounts.named(asked.user, who.address);
    if (!other) return { status: 412, text: `there is no account ${asked.user} to act for` };
    request.who = other;
  }
  return asked.roles?.includes('ROLE_ADMIN') ? undefined : byRoles(request, asked.roles);
}

/** From now on access lists decide, by these roles; undefined: there are none. Gives why this cannot be. */
function byRoles(
  request: FastifyRequest,
  roles: readonly string[] | undefined,
): { status: number; text: string } | undefined {
  if (!roles) return undefined;
  const { byAccess = false, allows } = request.routeOptions.config;
  if (byAccess) request.runRoles = roles;
  // What everybody gets needs no roles; it is answered as to somebody unknown.
  else if (allows === 'anyone') request.who = undefined;
  else return { status: 403, text: 'this cannot be done with roles alone' };
  return undefined;
}

/** Digest for whom it was asked, the sign-in page for browsers, Basic for the others. */
function challenge(
  request: FastifyRequest,
  reply: FastifyReply,
  accounts: Accounts,
  stale: boolean,
  wrong: boolean,
): FastifyReply {
  const { headers } = request;
  const asked = String(headers['x-requested-auth'] ?? '').toLowerCase();
  const isDigest =
    asked === 'digest' ||
    (asked === '' && 'x-opencast-matterhorn-authorization' in headers) ||
    /^digest /i.test(headers.authorization ?? '');
  const isBrowser = !asked && !wrong && request.method === 'GET' && /\btext\/html\b/.test(headers.accept ?? '');
  if (isBrowser && !isDigest) return reply.code(302).header('location', '/login.html').send();
  // Some clients look for these letters.
  reply.raw.setHeader(
    'WWW-Authenticate',
    isDigest ? digestChallenge(accounts.nonce(), stale) : 'Basic realm="Opencast"',
  );
  const why = wrong ? 'wrong user or password' : 'who are you?';
  return reply.code(401).type('text/plain; charset=utf-8').send(`${why}\n`);
}

/** `?jwt=…` of a request that only looks: who a player is for, since it sends no headers. */
export function urlTokenOf({ method, query }: FastifyRequest): string | undefined {
  if (method !== 'GET' && method !== 'HEAD') return undefined;
  const token: unknown = Object.getOwnPropertyDescriptor(query, 'jwt')?.value;
  return typeof token === 'string' && token !== '' ? token : undefined;
}

/** A change that a page of another site makes a browser send, with our cookie, with a password that it keeps, or to sign in. */
function isForged({ method, headers }: FastifyRequest, ownHost: string | undefined): boolean {
  if (method === 'GET' || method === 'HEAD') return false;
  const site = headers['sec-fetch-site'];
  if (typeof site === 'string') return site !== 'same-origin' && site !== 'none';
  const { origin, host } = headers;
  if (origin === undefined) return false;
  const from = URL.canParse(origin) ? new URL(origin).host : '';
  return from !== host && from !== ownHost;
}
