import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Refused } from '#lib/http-api/refusal.ts';
import { reasonSaid, withSaid } from '../views/said.ts';

/** Headers of every answer: no guessing of types, no frames, nothing for other sites; pages load from here alone. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; " +
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=()',
};

/** The body of every refusal: its English text, and the sentence from which pages make it in other languages. */
export const refusalBody = ({ refused: { code, text, mistakes } }: Refused) => ({
  error: { code, text, ...reasonSaid(text), mistakes: mistakes?.map(withSaid) },
});

/** Sends a refusal. */
export function sendRefusal(reply: FastifyReply, refused: Refused): FastifyReply {
  const { status, retryAfterS } = refused.refused;
  if (status === 401) void reply.header('www-authenticate', challenges(reply.request));
  if (retryAfterS !== undefined) void reply.header('retry-after', String(retryAfterS));
  return reply.code(status).header('cache-control', 'no-store').type('application/json').send(refusalBody(refused));
}

/**
 * The ways to log in, for `WWW-Authenticate`. Basic is not offered to a page, since its browser would open a window of
 * its own.
 */
function challenges({ headers, routeOptions }: FastifyRequest): string {
  const realm = routeOptions.config.basicRealm;
  if (realm !== undefined) return `Basic realm="${realm}", charset="UTF-8"`;
  const isPage = headers['sec-fetch-mode'] !== undefined || (headers['user-agent'] ?? '').startsWith('Mozilla/');
  return isPage ? 'Bearer realm="amphi"' : 'Bearer realm="amphi", Basic realm="amphi", charset="UTF-8"';
}
