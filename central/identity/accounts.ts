import { createHmac, randomBytes } from 'node:crypto';
import { openHasher, type Hasher } from '@amphi/lib/runtime/access/passwords.ts';
import { sameText } from '@amphi/lib/runtime/access/digest.ts';
import { openThrottle } from '@amphi/lib/runtime/access/throttle.ts';
import type { Clock } from '@amphi/lib/runtime/clock.ts';
import type { Database } from '../store/connect.ts';
import { ha1Of, openNonces, provesHa1, readDigest, type Nonces } from './digest.ts';
import { openRememberedAccounts, REMEMBER_MS, type RememberedAccounts } from './remembered-accounts.ts';
import { newSecret, sha256 } from './secrets.ts';
import { whoIs, type Who } from './who.ts';

export interface Asking {
  method: string;
  /** Path and query, as they were sent. */
  target: string;
  authorization: string | undefined;
  /** What the session's cookie holds. */
  session: string | undefined;
  address: string;
}

export type Identified =
  | { kind: 'known'; who: Who; by: 'password' | 'token' | 'session' }
  /** Nothing that says who he is. */
  | { kind: 'nobody' }
  /** A digest's nonce was too old: another will do. */
  | { kind: 'stale' }
  | { kind: 'wrong' }
  /** Too many wrong ones from there. */
  | { kind: 'busy' };

export interface Accounts {
  identify(asking: Asking): Promise<Identified>;
  /** Checks a password as a form sends it. */
  signIn(name: string, password: string, address: string): Promise<Identified>;
  /** For a digest's challenge. */
  nonce(): string;
  /** Begins a session; what the cookie is to hold. */
  openSession(who: Who): Promise<{ secret: string; expiresAtMs: number }>;
  closeSession(secret: string): Promise<void>;
  /** Hashes passwords, one at a time. */
  hasher: Hasher;
  /** Must be told when accounts, tokens or sessions were changed otherwise. */
  forget(): void;
}

/** A session ends so long after it began, however much it is used. */
const SESSION_MS = 12 * 3600_000;
/** When more passwords were proven all are forgotten, and scrypt is computed again. */
const MOST_PROVEN = 1000;

export function openAccounts(database: Database, clock: Clock): Accounts {
  const memory = openRememberedAccounts(database, clock);
  const nonces = openNonces(() => clock.nowMs());
  const parts: Parts = { memory, nonces, hasher: openHasher(), proven: new Map(), key: randomBytes(32), clock };
  const throttle = openThrottle();
  const throttled = async (address: string, look: () => Promise<Identified>): Promise<Identified> => {
    const waitMs = throttle.admitInMs(address, clock.monotonicMs());
    if (waitMs === undefined) return { kind: 'busy' };
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    const found = await look();
    if (found.kind === 'wrong') throttle.failed(address, clock.monotonicMs());
    return found;
  };
  return {
    async identify(asking) {
      const { authorization, session } = asking;
      if (authorization) return throttled(asking.address, () => identifyBy(authorization, asking, parts));
      if (!session) return { kind: 'nobody' };
      const account = await memory.ofSession(sha256(session));
      return account ? { kind: 'known', who: whoIs(account, asking.address), by: 'session' } : { kind: 'nobody' };
    },
    signIn: (name, password, address) => throttled(address, () => byPassword(name, password, address, parts)),
    nonce: () => nonces.make(),
    async openSession(who) {
      const secret = newSecret();
      const expiresAtMs = clock.nowMs() + SESSION_MS;
      await database
        .insertInto('sessions')
        .values({
          hash: sha256(secret),
          account: who.account,
          expires_at: new Date(expiresAtMs),
          address: who.address,
        })
        .execute();
      await database.deleteFrom('sessions').where('expires_at', '<', new Date(clock.nowMs())).execute();
      return { secret, expiresAtMs };
    },
    async closeSession(secret) {
      await database.deleteFrom('sessions').where('hash', '=', sha256(secret)).execute();
      memory.forget();
    },
    hasher: parts.hasher,
    forget() {
      memory.forget();
      parts.proven.clear();
    },
  };
}

interface Parts {
  memory: RememberedAccounts;
  nonces: Nonces;
  hasher: Hasher;
  /** Of passwords that were right: a keyed hash, so that scrypt is not computed at each request. */
  proven: Map<string, number>;
  key: Buffer;
  clock: Clock;
}

async function identifyBy(authorization: string, asking: Asking, parts: Parts): Promise<Identified> {
  const [, scheme = '', rest = ''] = /^(\w+) +(.*)$/.exec(authorization) ?? [];
  switch (scheme.toLowerCase()) {
    case 'basic': {
      const text = Buffer.from(rest, 'base64').toString('utf8');
      const colon = text.indexOf(':');
      return colon < 0
        ? { kind: 'wrong' }
        : byPassword(text.slice(0, colon), text.slice(colon + 1), asking.address, parts);
    }
    case 'digest':
      return byDigest(authorization, asking, parts);
    case 'bearer': {
      const account = await parts.memory.ofToken(sha256(rest));
      return account ? { kind: 'known', who: whoIs(account, asking.address), by: 'token' } : { kind: 'wrong' };
    }
    default:
      return { kind: 'wrong' };
  }
}

async function byPassword(name: string, password: string, address: string, parts: Parts): Promise<Identified> {
  const { memory, hasher, proven, key, clock } = parts;
  const account = await memory.named(name);
  const known = (): Identified =>
    account ? { kind: 'known', who: whoIs(account, address), by: 'password' } : { kind: 'wrong' };
  if (account?.ha1) return sameText(ha1Of(name, password), account.ha1) ? known() : { kind: 'wrong' };
  const proof = createHmac('sha256', key)
    .update(JSON.stringify([account?.id, name, password]))
    .digest('base64');
  if (account && (proven.get(proof) ?? 0) > clock.monotonicMs()) return known();
  if (!(await hasher.matches(password, account?.password ?? null))) return { kind: 'wrong' };
  if (proven.size > MOST_PROVEN) proven.clear();
  proven.set(proof, clock.monotonicMs() + REMEMBER_MS);
  return known();
}

async function byDigest(authorization: string, asking: Asking, { memory, nonces }: Parts): Promise<Identified> {
  const answer = readDigest(authorization);
  if (!answer || answer.uri !== asking.target) return { kind: 'wrong' };
  const freshness = nonces.judge(answer.nonce);
  if (freshness === 'foreign') return { kind: 'stale' };
  const account = await memory.named(answer.user);
  if (!account?.ha1 || !provesHa1(answer, account.ha1, asking.method)) {
    return freshness === 'stale' ? { kind: 'stale' } : { kind: 'wrong' };
  }
  if (freshness === 'stale') return { kind: 'stale' };
  return { kind: 'known', who: whoIs(account, asking.address), by: 'password' };
}
