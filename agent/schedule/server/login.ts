import { randomBytes } from 'node:crypto';
import { answerChallenge, parseChallenges, type Challenge, type Credentials } from '#lib/runtime/access/digest.ts';
import type { Wire, WireAnswer, WireRequest } from './wire.ts';

/** Settings of the box's login at a server. */
export interface LoginSettings {
  method: 'basic' | 'digest';
  /** Gives user and password; called for each request, so that a changed password counts at once. */
  credentials: () => Promise<Credentials | undefined>;
}

/** Sends requests with a login. */
export interface Login {
  /** Sends a request and gives the answer, whatever its status; 401 means that the login was refused. */
  send(request: WireRequest): Promise<WireAnswer>;
}

/** Bytes above which a body is not sent twice to get a nonce: an empty request asks for the nonce first. */
const PROBE_FROM_BYTES = 64 << 10;
/** Age in ms up to which a nonce is used for a large body; Opencast's nonces last 300 s (facts/opencast 1.2). */
const FRESH_MS = 120_000;

interface Nonce {
  challenge: Challenge;
  count: number;
  sinceMs: number;
  /** Whether a request with this nonce was accepted. */
  worked: boolean;
}

/**
 * Opens a login. Basic is sent with the first request, since Opencast does not ask for it. Digest is asked for with
 * `X-Requested-Auth` (facts/opencast 1.2 and 4.1), with and without qop; a nonce is used until it is stale. Each host
 * has nonces of its own, since a server's services may be on several.
 */
export function openLogin(wire: Wire, { method, credentials }: LoginSettings, nowMs: () => number): Login {
  const nonces = new Map<string, Nonce>();
  const hints = {
    'x-requested-auth': method === 'basic' ? 'Basic' : 'Digest',
    ...(method === 'digest' ? { 'x-opencast-matterhorn-authorization': 'true' } : {}),
  };
  const hostOf = ({ url }: WireRequest): string => new URL(url).host;

  const withProof = async (request: WireRequest): Promise<WireRequest> => {
    const known = await credentials();
    const proof = known && proofFor(request, known);
    return { ...request, headers: { ...hints, ...request.headers, ...(proof ? { authorization: proof } : {}) } };
  };

  const proofFor = ({ method: verb, url }: WireRequest, known: Credentials): string | undefined => {
    if (method === 'basic') return `Basic ${Buffer.from(`${known.user}:${known.password}`).toString('base64')}`;
    const { host, pathname, search } = new URL(url);
    const nonce = nonces.get(host);
    if (!nonce) return undefined;
    nonce.count++;
    const nc = nonce.count.toString(16).padStart(8, '0');
    const cnonce = randomBytes(16).toString('hex');
    return answerChallenge(nonce.challenge, known, { method: verb, uri: `${pathname}${search}`, cnonce, nc });
  };

  const learn = (request: WireRequest, { challenges }: WireAnswer): Challenge | undefined => {
    const challenge = challenges.flatMap(parseChallenges).find(({ scheme }) => scheme === 'digest');
    if (challenge) nonces.set(hostOf(request), { challenge, count: 0, sinceMs: nowMs(), worked: false });
    return challenge;
  };

  /** Sends the request without its body, to get a challenge; servers check the login before the body. */
  const probe = async (request: WireRequest): Promise<void> => {
    const { body: _, ...empty } = request;
    const answer = await wire.send({ ...empty, headers: { ...hints, ...request.headers } });
    if (answer.status === 401) learn(request, answer);
    answer.drop();
  };

  return {
    async send(request) {
      const nonce = nonces.get(hostOf(request));
      const old = !nonce || nowMs() - nonce.sinceMs > FRESH_MS;
      if (method === 'digest' && old && (request.body?.bytes ?? 0) > PROBE_FROM_BYTES) await probe(request);
      const tried = await withProof(request);
      const answer = await wire.send(tried);
      const proved = tried.headers?.['authorization'] !== undefined;
      const used = nonces.get(hostOf(request));
      if (answer.status !== 401 && used && proved) used.worked = true;
      if (method === 'basic' || answer.status !== 401) return answer;
      const challenge = learn(request, answer);
      // A login that is refused with a fresh nonce has a wrong password; it is not tried again.
      if (!challenge || (proved && !challenge.stale && !used?.worked)) return answer;
      answer.drop();
      return wire.send(await withProof(request));
    },
  };
}
