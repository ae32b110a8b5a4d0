import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hostname } from 'node:os';
import type { Session } from '#agent/device/outcome.ts';
import { NOBODY_ASKED, type Asker, type Entrance } from './entrance.ts';
import { hostName, isOwnName, isOwnOrigin } from '../http/hosts.ts';
import { isRefused, refused, type Refused } from '#lib/http-api/refusal.ts';
import { sendRefusal } from '../http/reply.ts';
import { deviceAccess, may, type Access } from './roles.ts';
import { cookieOf, pairingName } from './session-cookie.ts';

/** What the checks of requests need. */
export interface AccessRules {
  entrance: Entrance;
  /** Names of the box besides its addresses. */
  hosts: () => readonly string[];
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The least role for the route; administrators alone if it is not set. */
    access?: Access;
    /** Whether the answer has no end; it ends with the session of the asker. */
    endless?: boolean;
    /** Set if a request begins a session, whatever its method: foreign pages may not ask for it. */
    begins?: 'session';
    /** Realm for programs that only know Basic; with it, browsers are asked for a password too. */
    basicRealm?: string;
  }
  interface FastifyRequest {
    /** The asker; undefined if everybody may ask. */
    asker: Asker | undefined;
  }
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Checks each request before its body is read: does it use a name of the box, who asks, and may they? */
export function guard(app: FastifyInstance, rules: AccessRules): void {
  app.decorateRequest('asker');
  // oxlint-disable-next-line typescript/no-misused-promises -- a hook that answers must give the reply
  app.addHook('onRequest', async (request, reply) => {
    const wrong = wrongWay(request, rules) ?? (await enter(request, reply, rules.entrance));
    if (wrong) return sendRefusal(reply, wrong);
  });
}

function wrongWay(
  { headers, method, raw, routeOptions }: FastifyRequest,
  { entrance, hosts }: AccessRules,
): Refused | undefined {
  const name = hostName(headers.host);
  // HTTP/1.0 has no Host. No browser uses it, but some old controllers do, with a password.
  const isOld = headers.host === undefined && raw.httpVersion === '1.0' && headers.authorization !== undefined;
  if (name === undefined && !isOld) return refused(400, 'host', 'the Host header is missing or is no host name');
  if (name !== undefined && entrance.isOpen() && !isOwnName(name, [hostname(), ...hosts()])) {
    return refused(
      421,
      'host',
      `this box is not called ${name}: use its address, or add the name to its configuration`,
    );
  }
  const { origin, 'sec-fetch-site': site, referer } = headers;
  // A browser that knows a password sends it with the requests of foreign pages too; older browsers name such a page in
  // Referer alone.
  const isSafe = SAFE.has(method) && routeOptions.config.begins !== 'session';
  if (!isSafe && origin === undefined && referer !== undefined && !isOwnOrigin(referer, undefined, headers.host))
    return refused(403, 'origin', 'a page of another site cannot change anything here');
  if (!isSafe && !isOwnOrigin(origin, typeof site === 'string' ? site : undefined, headers.host)) {
    return refused(403, 'origin', 'a page of another site cannot change anything here');
  }
  return undefined;
}

async function enter(request: FastifyRequest, reply: FastifyReply, entrance: Entrance): Promise<Refused | undefined> {
  const { access = 'admin', endless = false } = request.routeOptions.config;
  if (access === 'open' || request.is404) return undefined;
  const asker = await askerOf(request, entrance);
  if (isRefused(asker)) return asker;
  if (!may(asker.role, access)) return refused(403, 'E24', `this is for ${access}, not for ${asker.role}`);
  request.asker = asker;
  if (endless) {
    const letGo = asker.hold(() => reply.raw.destroy());
    reply.raw.on('close', letGo);
  }
  return undefined;
}

/** Finds the asker by token, password or session cookie. An Authorization header counts before a cookie. */
export async function askerOf(request: FastifyRequest, entrance: Entrance): Promise<Asker | Refused> {
  if (entrance.isOpen()) return NOBODY_ASKED;
  const [, scheme = '', secret = ''] = /^(\S+) +(.*)$/.exec(request.headers.authorization?.trim() ?? '') ?? [];
  if (/^bearer$/i.test(scheme)) return entrance.byToken(secret, request.ip);
  // A known program writes a colon after the scheme.
  if (/^basic:?$/i.test(scheme)) {
    const { name, password } = readBasic(secret);
    return entrance.byPassword(name, password, request.ip);
  }
  const { localPort } = request.socket;
  const cookie = (name: string): string | undefined => cookieOf(request.headers.cookie, name);
  for (const name of entrance.cookieNames(localPort)) {
    const signed = cookie(name);
    const asker = signed === undefined ? undefined : entrance.byCookie(signed);
    if (asker) return asker;
  }
  const paired = cookie(pairingName(localPort));
  return (
    (paired === undefined ? undefined : entrance.byPairing(paired)) ??
    refused(401, 'token', 'sign in, or bring the token (Authorization: Bearer …)')
  );
}

/** The session under which the device is asked. A tablet keeps its session when its address changes. */
export function sessionOf({ ip, asker }: FastifyRequest): Session {
  if (asker?.role === 'lectern') return { id: `lectern ${asker.name}`, via: 'panel', access: 'user' };
  const access = asker ? deviceAccess(asker.role) : 'user';
  return { id: `${ip} ${asker?.name ?? ''}`.trim(), via: 'http', access };
}

/** Reads the value of Basic (RFC 7617): the name has no colon, the password may. Other text gives an empty name. */
function readBasic(secret: string): { name: string; password: string } {
  const text = Buffer.from(secret, 'base64').toString('utf8');
  const at = text.indexOf(':');
  return at < 0 ? { name: '', password: '' } : { name: text.slice(0, at), password: text.slice(at + 1) };
}
