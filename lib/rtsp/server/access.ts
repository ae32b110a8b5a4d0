/** Digest authentication: who may send a request on a connection. */
import { randomBytes } from 'node:crypto';
import { sleep } from '#lib/runtime/clock.ts';
import {
  formatChallenge,
  parseAnswer,
  provesKnowledge,
  sameText,
  type Answer,
  type Credentials,
} from '#lib/runtime/access/digest.ts';
import type { ServerContext } from './server-context.ts';
import type { Reply, Request } from '../wire/message.ts';
import { parseTarget } from '../wire/target.ts';

/** The nonce of one connection; it is not valid on any other. */
export interface Nonce {
  /** The nonce to offer now; a new one is made if the last was not used for some time. */
  current(): string;
  isGood(value: string): boolean;
}

const NONCE_LIFE_MS = 300_000;

/** Makes the nonce of a new connection. */
export function openNonce(nowMs = () => performance.now()): Nonce {
  let value = '';
  let usedMs = -Infinity;
  const isFresh = (): boolean => nowMs() - usedMs < NONCE_LIFE_MS;
  return {
    current() {
      if (!isFresh()) value = randomBytes(16).toString('hex');
      usedMs = nowMs();
      return value;
    },
    isGood(other) {
      const good = value !== '' && isFresh() && sameText(other, value);
      if (good) usedMs = nowMs();
      return good;
    },
  };
}

/**
 * The refusal of a request; undefined if it may be served. Wrong passwords are counted by address, and slow down
 * further tries from it.
 */
export async function refusalOf(
  context: Pick<ServerContext, 'realm' | 'throttle' | 'log'>,
  client: { remoteAddress: string; nonce: Nonce },
  request: Request,
  credentials: Credentials | undefined,
): Promise<Reply | undefined> {
  if (!credentials) return undefined;
  const header = request.headers.get('authorization');
  if (header === undefined) return challenge(context, client.nonce, false);
  const waitMs = context.throttle.admitInMs(client.remoteAddress, performance.now());
  if (waitMs === undefined) return { status: 503, headers: { 'Retry-After': '10' } };
  if (waitMs > 0) await sleep(waitMs);
  const answer = parseAnswer(header);
  const proves = answer !== undefined && provesKnowledge(answer, credentials, request.method);
  if (!proves || !isFor(answer, request, context.realm)) {
    context.throttle.failed(client.remoteAddress, performance.now());
    context.log.warn({ address: client.remoteAddress, method: request.method }, 'wrong RTSP credentials');
    return challenge(context, client.nonce, false);
  }
  return client.nonce.isGood(answer.nonce) ? undefined : challenge(context, client.nonce, true);
}

function challenge(context: Pick<ServerContext, 'realm'>, nonce: Nonce, stale: boolean): Reply {
  return { status: 401, headers: { 'WWW-Authenticate': formatChallenge(context.realm, nonce.current(), stale) } };
}

/**
 * Whether an answer was made for this request: the path of its URI counts, since players write it with or without host
 * and track.
 */
function isFor(answer: Answer, request: Request, realm: string): boolean {
  if (answer.realm !== realm) return false;
  if (answer.uri === request.uri) return true;
  const [claimed, asked] = [parseTarget(answer.uri), parseTarget(request.uri)];
  if (!claimed || !asked || claimed.path !== asked.path) return false;
  return claimed.track === undefined || claimed.track === asked.track;
}
