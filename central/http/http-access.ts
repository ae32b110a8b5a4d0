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
    /** Roles that may use the route; without it only admins may. */
    allows?: Allows;
    /** Whether the route changes something, but no calendar: calendars then need not be read again. */
    keepsCalendars?: boolean;
    /** Whether the route shows and changes only what access lists allow, where a program asks with roles. */
    byAccess?: boolean;
    /**
     * Whether callers that are not signed in may use it as far as access lists allow everybody; where they do not, the
     * route calls `request.askWho`.
     */
    forEverybody?: boolean;
    /**
     * Whether pages of other sites may send browsers here: the route changes nothing for the account that is signed in.
     */
    fromElsewhere?: boolean;
  }
  interface FastifyRequest {
    /**
     * Roles whose access lists count: those of a viewer, or those by which a program asks for another person. Undefined:
     * the rights are those of `who`.
     */
    runRoles: readonly string[] | undefined;
    /** Answers that an account is needed, in the way that the client can handle. */
    askWho: () => FastifyReply;
    /** Account that asks; undefined on routes for everybody, if the caller is not signed in. */
    who: Who | undefined;
  }
}

/** Options of a route for some roles; admins may always use it. */
export const onlyFor = (...roles: Role[]) => ({ config: { allows: roles } });
/** The same, with the objects that the route is about, for accounts of one agent. */
export const about = (what: About, ...roles: Role[]) => ({ config: { allows: roles, about: what } });
/** Options of a route for everybody, signed in or not. */
export const open = { config: { allows: 'anyone' as const } };

/** Account that asks, on a route that is not open to everybody. */
export function whoOf(request: FastifyRequest): Who {
  if (!request.who) throw new Error('whoOf() on a route that is open');
  return request.who;
}

/**
 * Refuses callers without the right to a route before a byte of the body is read: some clients send an empty one first.
 */
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
    // The address of a page with a token must not be sent on to other sites as the referrer.
    if (urlTokenOf(request) !== undefined) void reply.header('referrer-policy', 'no-referrer');
    // Browsers never send a token by themselves; they may send a session, a password of Basic or digest, or nothing.
    // All but tokens can therefore be forged by pages of other sites.
    const mayBeForged = found.kind === 'nobody' || (found.kind === 'known' && found.by !== 'token');
    // Pages of a named site may send passwords and tokens that they were given, but never use our session.
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
      request.runRoles ??= rolesOfViewer(request);
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
 * Lets an admin act for another person, by name or by roles. With roles, only routes that access lists decide on are
 * allowed: otherwise a program could see more than that person. Gives the reason of a refusal; undefined: it is
 * allowed.
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

/** Roles of a viewer, where access lists decide what is shown; undefined: somebody else asks, or another route. */
function rolesOfViewer({ who, routeOptions }: FastifyRequest): readonly string[] | undefined {
  if (who?.role !== 'viewer' || routeOptions.config.byAccess !== true) return undefined;
  return opencastRolesOf(who);
}

/** Lets access lists decide from now on, by these roles; undefined: there are none. Gives the reason of a refusal. */
function byRoles(
  request: FastifyRequest,
  roles: readonly string[] | undefined,
): { status: number; text: string } | undefined {
  if (!roles) return undefined;
  const { byAccess = false, allows } = request.routeOptions.config;
  if (byAccess) request.runRoles = roles;
  // Routes for everybody need no roles: they answer as without an account.
  else if (allows === 'anyone') request.who = undefined;
  else return { status: 403, text: 'this cannot be done with roles alone' };
  return undefined;
}

/** Asks for an account: by digest if the client wants digest, by the sign-in page for browsers, by Basic for others. */
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
  // The name of the header keeps its capitals, which some clients look for.
  reply.raw.setHeader(
    'WWW-Authenticate',
    isDigest
      ? digestChallenge(accounts.nonce(), stale)
      : // For Basic a browser would ask by itself, above the page, which has a form of its own.
        `${isScript(headers) ? 'Session' : 'Basic'} realm="Opencast"`,
  );
  const why = wrong ? 'wrong user or password' : 'who are you?';
  return reply.code(401).type('text/plain; charset=utf-8').send(`${why}\n`);
}

/** Whether a script of one of our pages asks: it says so by this header, as scripts of many sites do. */
const isScript = (headers: FastifyRequest['headers']): boolean => headers['x-requested-with'] === 'XMLHttpRequest';

/** Token in `?jwt=…` of a request that only reads: a player sends no headers, and tells by it for whom it asks. */
export function urlTokenOf({ method, query }: FastifyRequest): string | undefined {
  if (method !== 'GET' && method !== 'HEAD') return undefined;
  const token: unknown = Object.getOwnPropertyDescriptor(query, 'jwt')?.value;
  return typeof token === 'string' && token !== '' ? token : undefined;
}

/** Addition to addresses of files by which a player loads them for the same person: the token of the request; '' for none. */
export function asWhomOf(request: FastifyRequest): string {
  const token = urlTokenOf(request);
  return token === undefined ? '' : `?jwt=${encodeURIComponent(token)}`;
}

/**
 * Whether a page of another site made a browser send this change, with our cookie, with a password that it remembers,
 * or to sign in.
 */
function isForged({ method, headers }: FastifyRequest, ownHost: string | undefined): boolean {
  if (method === 'GET' || method === 'HEAD') return false;
  const site = headers['sec-fetch-site'];
  if (typeof site === 'string') return site !== 'same-origin' && site !== 'none';
  const { origin, host } = headers;
  if (origin === undefined) return false;
  const from = URL.canParse(origin) ? new URL(origin).host : '';
  return from !== host && from !== ownHost;
}
