import { createHash, createHmac, randomBytes } from 'node:crypto';
import { parseAnswer, sameText, type Answer } from '@amphi/lib/runtime/access/digest.ts';

/** HTTP digest as Opencast asks for it: realm and nonces are made as by Spring's entry point. */

export const REALM = 'Opencast';
/** Time in ms for which a nonce is good; after it the client must ask for a new one. */
const NONCE_LASTS_MS = 300_000;

const md5 = (text: string): string => createHash('md5').update(text, 'utf8').digest('hex');

/** MD5 of user, realm and password ("HA1"): it is stored instead of the password, and is enough to check digests. */
export const ha1Of = (user: string, password: string): string => md5(`${user}:${REALM}:${password}`);

/** Nonces of digests. None is stored: each holds the time until which it is good, and a signature of this server. */
export interface Nonces {
  make(): string;
  /**
   * Judges a nonce. `stale`: too old, or signed before the last start of the server; `foreign`: not of the form of
   * ours.
   */
  judge(nonce: string): 'good' | 'stale' | 'foreign';
}

/** Opens the making of nonces, with a new random key. */
export function openNonces(nowMs: () => number): Nonces {
  const key = randomBytes(32);
  const sign = (untilMs: string): string => createHmac('sha256', key).update(untilMs).digest('hex').slice(0, 32);
  return {
    make() {
      const untilMs = String(nowMs() + NONCE_LASTS_MS);
      return Buffer.from(`${untilMs}:${sign(untilMs)}`).toString('base64');
    },
    judge(nonce) {
      const [untilMs = '', signature = ''] = Buffer.from(nonce, 'base64').toString('latin1').split(':');
      // A nonce that was signed before the last start counts as too old: the client asks again.
      if (!/^\d{1,16}$/.test(untilMs) || !/^[\da-f]{32}$/.test(signature)) return 'foreign';
      return sameText(signature, sign(untilMs)) && Number(untilMs) >= nowMs() ? 'good' : 'stale';
    },
  };
}

/** The header `WWW-Authenticate` that asks for a digest. */
export const digestChallenge = (nonce: string, stale: boolean): string =>
  `Digest realm="${REALM}", qop="auth", nonce="${nonce}"${stale ? ', stale="true"' : ''}`;

/** Reads `Authorization: Digest …`, with and without qop; undefined if it is no digest for our realm. */
export function readDigest(header: string): Answer | undefined {
  const answer = parseAnswer(header);
  return answer && answer.realm === REALM && answer.algorithm === 'MD5' ? answer : undefined;
}

/** Whether a digest proves that the client knows the password of `ha1`. */
export function provesHa1(answer: Answer, ha1: string, method: string): boolean {
  const { nonce, nc, cnonce, qop, uri } = answer;
  const middle = qop ? `${nonce}:${nc}:${cnonce}:${qop}` : nonce;
  return sameText(answer.response.toLowerCase(), md5(`${ha1}:${middle}:${md5(`${method}:${uri}`)}`));
}
