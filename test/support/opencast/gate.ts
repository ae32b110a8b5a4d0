import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { parseAnswer, provesKnowledge } from '#lib/runtime/access/digest.ts';

/** Login of a server, as Spring Security in front of Opencast has it. */
export interface Gate {
  user: string;
  password: string;
  accepts: 'basic' | 'digest' | 'both';
  /** Whether `qop` is offered; Esup-Pod's challenges are without. */
  qop: boolean;
  /** Milliseconds for which a nonce is valid. */
  nonceMs: number;
}

export type Entry = { passed: true } | { passed: false; status: 302 | 401; headers: Record<string, string> };

const KEY = 'opencast';
const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
const nonceOf = (expiryMs: number): string =>
  Buffer.from(`${expiryMs}:${md5(`${expiryMs}:${KEY}`)}`).toString('base64');

/** Judges the login of a request, as Spring Security does. */
export function enter(gate: Gate, { method = '', url = '', headers }: IncomingMessage): Entry {
  const proof = headers.authorization;
  const asks = String(headers['x-requested-auth'] ?? '');
  if (proof === undefined) {
    if (/digest/i.test(asks) || headers['x-opencast-matterhorn-authorization']) return challenge(gate, false);
    if (/basic/i.test(asks))
      return { passed: false, status: 401, headers: { 'WWW-Authenticate': 'Basic realm="Opencast"' } };
    return { passed: false, status: 302, headers: { Location: '/login.html' } };
  }
  if (/^basic /i.test(proof)) {
    const right = Buffer.from(`${gate.user}:${gate.password}`).toString('base64') === proof.slice(6);
    if (right && gate.accepts !== 'digest') return { passed: true };
    return { passed: false, status: 401, headers: { 'WWW-Authenticate': 'Basic realm="Opencast"' } };
  }
  const answer = parseAnswer(proof);
  if (!answer || gate.accepts === 'basic' || answer.uri !== url || answer.realm !== 'Opencast')
    return challenge(gate, false);
  if (gate.qop && (answer.qop !== 'auth' || !/^[\da-f]{8}$/.test(answer.nc ?? ''))) return challenge(gate, false);
  const [expiry = ''] = Buffer.from(answer.nonce, 'base64').toString().split(':');
  if (nonceOf(Number(expiry)) !== answer.nonce) return challenge(gate, false);
  if (!provesKnowledge(answer, gate, method)) return challenge(gate, false);
  return Number(expiry) < Date.now() ? challenge(gate, true) : { passed: true };
}

function challenge(gate: Gate, stale: boolean): Entry {
  const nonce = nonceOf(Date.now() + gate.nonceMs);
  const value = `Digest realm="Opencast"${gate.qop ? ', qop="auth"' : ''}, nonce="${nonce}"${stale ? ', stale="true"' : ''}`;
  return { passed: false, status: 401, headers: { 'WWW-Authenticate': value } };
}
