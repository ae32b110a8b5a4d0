import type { FastifyInstance, FastifyRequest } from 'fastify';
import { hostname } from 'node:os';
import type { Session } from '#agent/device/outcome.ts';
import { hostName, isOwnName, isOwnOrigin } from './hosts.ts';
import { refused, type Refused } from './refusal.ts';
import { sendRefusal } from './reply.ts';
import { cookieName, cookieOf, type Sessions } from './session-cookie.ts';
import type { Throttle } from './throttle.ts';

export interface AccessRules {
  sessions: Sessions;
  throttle: Throttle;
  /** By which names the box is called, besides its addresses. */
  hosts: () => readonly string[];
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answers without a token. */
    open?: boolean;
    /** Its body is no JSON. */
    upload?: boolean;
  }
  interface FastifyRequest {
    asking: Session | undefined;
  }
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Every request is looked at before its body is read: does it come the right way, and who asks? */
export function guard(app: FastifyInstance, rules: AccessRules): void {
  app.decorateRequest('asking');
  // oxlint-disable-next-line typescript/no-misused-promises -- a hook that answers must give the reply
  app.addHook('onRequest', async (request, reply) => {
    const wrong =
      wrongWay(request, rules) ??
      (request.routeOptions.config.open || request.is404 ? undefined : enter(request, rules));
    if (wrong) return sendRefusal(reply, wrong);
  });
}

function wrongWay({ headers, method }: FastifyRequest, { sessions, hosts }: AccessRules): Refused | undefined {
  const name = hostName(headers.host);
  if (name === undefined) return refused(400, 'host', 'the Host header is missing or is no host name');
  if (sessions.open && !isOwnName(name, [hostname(), ...hosts()])) {
    return refused(
      421,
      'host',
      `this box is not called ${name}: use its address, or add the name to its configuration`,
    );
  }
  const { origin, 'sec-fetch-site': site } = headers;
  if (!SAFE.has(method) && !isOwnOrigin(origin, typeof site === 'string' ? site : undefined, headers.host)) {
    return refused(403, 'origin', 'a page of another site cannot change anything here');
  }
  return undefined;
}

/** Lets in by token or by cookie, or says why not. */
function enter(request: FastifyRequest, { sessions, throttle }: AccessRules): Refused | undefined {
  const let_in = (name: string): undefined => {
    request.asking = { id: `${request.ip} ${name}`, via: 'http', access: 'admin' };
  };
  if (sessions.open) return let_in('open');
  const cookie = cookieOf(request.headers.cookie, cookieName(request.socket.localPort));
  const name = cookie === undefined ? undefined : sessions.nameOf(cookie);
  const token = /^Bearer +(.*)$/i.exec(request.headers.authorization ?? '')?.[1]?.trim();
  if (token === undefined) {
    return name === undefined ? refused(401, 'token', 'bring the token: Authorization: Bearer …') : let_in(name);
  }
  return checkToken(token, request.ip, sessions, throttle) ?? let_in('token');
}

/** Undefined if it is the right one. An address that was wrong too often waits, also with the right one. */
export function checkToken(
  token: string,
  address: string,
  sessions: Sessions,
  throttle: Throttle,
): Refused | undefined {
  const waitMs = throttle.waitMs(address);
  if (waitMs > 0) {
    const retryAfterS = Math.ceil(waitMs / 1000);
    return {
      refused: { status: 429, code: 'throttled', text: `too many wrong tokens: wait ${retryAfterS} s`, retryAfterS },
    };
  }
  if (sessions.isToken(token)) return undefined;
  throttle.failed(address);
  return refused(401, 'token', 'this is not the token of this box');
}
