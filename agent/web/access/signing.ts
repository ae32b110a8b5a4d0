import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Role } from './roles.ts';
import type { Box } from '../http/route.ts';
import { cookieName, cookieOf, pairingCookie, pairingName, sessionCookie } from './session-cookie.ts';

type Signing = Pick<Box, 'sessions' | 'entrance'>;

/**
 * Begins a session and sends its cookie with the answer; an earlier session of the browser ends. Programs get the
 * device's cookie.
 */
export function beginSession(
  { sessions }: Signing,
  role: Role,
  request: FastifyRequest,
  reply: FastifyReply,
  deviceCookie?: string,
): void {
  const name = deviceCookie ?? cookieName(request.socket.localPort);
  const before = cookieOf(request.headers.cookie, name);
  if (before !== undefined) sessions.end(before);
  void reply.header(
    'set-cookie',
    sessionCookie(name, sessions.begin(role, deviceCookie === undefined ? undefined : 'brief'), isSecure(request)),
  );
}

/** Ends the sessions of a request and removes their cookies. */
export function endSession({ sessions, entrance }: Signing, request: FastifyRequest, reply: FastifyReply): void {
  const port = request.socket.localPort;
  for (const name of entrance.cookieNames(port)) {
    const cookie = cookieOf(request.headers.cookie, name);
    if (cookie !== undefined) sessions.end(cookie);
    if (cookie !== undefined || name === cookieName(port))
      void reply.header('set-cookie', sessionCookie(name, undefined, isSecure(request)));
  }
}

/** Sends a tablet the cookie with its secret. */
export function givePairing(token: string, request: FastifyRequest, reply: FastifyReply): void {
  const name = pairingName(request.socket.localPort);
  void reply.header('set-cookie', pairingCookie(name, token, isSecure(request)));
}

const isSecure = ({ protocol }: FastifyRequest): boolean => protocol === 'https';
