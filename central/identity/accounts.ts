import { createHmac, randomBytes } from 'node:crypto';
import { openHasher, type Hasher } from '@amphi/lib/runtime/access/passwords.ts';
import { sameText, type Answer } from '@amphi/lib/runtime/access/digest.ts';
import type { Clock } from '@amphi/lib/runtime/clock.ts';
import type { Log } from '@amphi/lib/runtime/log.ts';
import type { Database } from '../store/connect.ts';
import type { AccountRow } from '../store/tables.ts';
import { tellAudit } from './audit.ts';
import { ha1Of, openNonces, provesHa1, readDigest, type Nonces } from './digest.ts';
import { openRememberedAccounts, REMEMBER_MS, type RememberedAccounts } from './remembered-accounts.ts';
import { newSecret, sha256 } from './secrets.ts';
import { openTries } from './tries.ts';
import { isWebToken, type WebTokens } from './web-tokens.ts';
import { whoIs, type Who } from './who.ts';

/** A request, as far as it says who sends it. */
export interface Asking {
  method: string;
  /** Path and query of the request, as they were sent. */
  target: string;
  authorization: string | undefined;
  /** Value of the session cookie. */
  session: string | undefined;
  /** Signed token of another program in the query, `?jwt=`. */
  urlToken?: string | undefined;
  address: string;
}

/** Result of finding out who sends a request. */
export type Identified =
  /**
   * Account found. `roles`, from the token of another program: only access lists that name one of these roles allow
   * something.
   */
  | { kind: 'known'; who: Who; by: 'password' | 'token' | 'session'; roles?: readonly string[] }
  /** Request without anything that says who sends it. */
  | { kind: 'nobody' }
  /** Nonce of a digest too old: the client must try again with a new one. */
  | { kind: 'stale' }
  | { kind: 'wrong' }
  /** Too many wrong passwords or tokens from this address: nothing was checked. */
  | { kind: 'busy' };

/** Finds out who sends a request, and keeps sessions. */
export interface Accounts {
  identify(asking: Asking): Promise<Identified>;
  /** Checks a name and a password that were sent by the sign-in form. */
  signIn(name: string, password: string, address: string): Promise<Identified>;
  /**
   * The account of a name, without a password: for a program that may act for others. Undefined: there is no such
   * account.
   */
  named(name: string, address: string): Promise<Who | undefined>;
  /** Makes the nonce of a digest challenge. */
  nonce(): string;
  /** Begins a session. Gives the value of its cookie, and when the session ends. */
  openSession(who: Who): Promise<{ secret: string; expiresAtMs: number }>;
  closeSession(secret: string): Promise<void>;
  /** Hashes passwords, one at a time. */
  hasher: Hasher;
  /**
   * Forgets what is remembered of accounts. Must be called when accounts, tokens or sessions were changed by other
   * code.
   */
  forget(): void;
}

/** Length of a session, counted from its beginning: it ends after this time even while it is in use. */
const SESSION_MS = 12 * 3600_000;
/** Proven passwords that are remembered; beyond this all are forgotten, and scrypt is computed again for each. */
const MOST_PROVEN = 1000;

/** Opens the accounts. `webTokens` reads signed tokens of other programs; undefined: none are accepted. */
export function openAccounts(database: Database, clock: Clock, log: Log, webTokens?: WebTokens): Accounts {
  const memory = openRememberedAccounts(database, clock);
  const nonces = openNonces(() => clock.nowMs());
  const tries = openTries(database, clock, log);
  const proven = openProven(clock);
  const parts: Parts = { memory, nonces, hasher: openHasher(), proven, clock, webTokens };
  /**
   * Examines a password or token. One that was right from this address lately does not wait behind other tries of its
   * address; nor do tokens, which cannot be guessed.
   */
  const examined = async (given: Given, address: string): Promise<Identified> => {
    const lately = await knownLately(given, address, parts);
    if (lately) return lately;
    const name = given.kind === 'password' ? given.name : given.kind === 'digest' ? given.answer.user : undefined;
    const found = await tries.examine(
      { address, name },
      () => look(given, address, parts),
      ({ kind }) => kind === 'wrong',
    );
    return found ?? { kind: 'busy' };
  };
  return {
    async identify(asking) {
      const { authorization, session, urlToken } = asking;
      if (urlToken !== undefined && webTokens) return examined({ kind: 'urlToken', token: urlToken }, asking.address);
      if (authorization) return examined(givenIn(authorization, asking), asking.address);
      if (!session) return { kind: 'nobody' };
      const account = await memory.ofSession(sha256(session));
      return account ? { kind: 'known', who: whoIs(account, asking.address), by: 'session' } : { kind: 'nobody' };
    },
    signIn: (name, password, address) => examined({ kind: 'password', name, password }, address),
    async named(name, address) {
      const account = await accountNamed({ kind: 'password', name, password: '' }, parts);
      return account && whoIs(account, address);
    },
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
      await tellAudit(database, who, { action: 'begin', kind: 'session', object: who.name });
      return { secret, expiresAtMs };
    },
    async closeSession(secret) {
      await database.deleteFrom('sessions').where('hash', '=', sha256(secret)).execute();
      memory.forget();
    },
    hasher: parts.hasher,
    forget() {
      memory.forget();
      proven.forget();
    },
  };
}

interface Parts {
  memory: RememberedAccounts;
  nonces: Nonces;
  hasher: Hasher;
  proven: Proven;
  clock: Clock;
  webTokens: WebTokens | undefined;
}

/** Name, password, digest or token that a request gives. */
type Given =
  | { kind: 'password'; name: string; password: string }
  | { kind: 'digest'; answer: Answer; method: string; target: string }
  | { kind: 'token'; token: string }
  | { kind: 'urlToken'; token: string }
  | { kind: 'nonsense' };

function givenIn(authorization: string, { method, target }: Asking): Given {
  const [, scheme = '', rest = ''] = /^(\w+) +(.*)$/.exec(authorization) ?? [];
  switch (scheme.toLowerCase()) {
    case 'basic': {
      const text = Buffer.from(rest, 'base64').toString('utf8');
      const colon = text.indexOf(':');
      if (colon < 0) return { kind: 'nonsense' };
      return { kind: 'password', name: text.slice(0, colon), password: text.slice(colon + 1) };
    }
    case 'digest': {
      const answer = readDigest(authorization);
      return answer ? { kind: 'digest', answer, method, target } : { kind: 'nonsense' };
    }
    case 'bearer':
      return { kind: 'token', token: rest };
    default:
      return { kind: 'nonsense' };
  }
}

/**
 * Passwords that were right, remembered by the address that they came from, as a keyed hash: scrypt need not be
 * computed at each request.
 */
interface Proven {
  has(proof: readonly unknown[]): boolean;
  add(proof: readonly unknown[]): void;
  forget(): void;
}

function openProven(clock: Clock): Proven {
  const key = randomBytes(32);
  const untilMs = new Map<string, number>();
  const hashOf = (proof: readonly unknown[]): string =>
    createHmac('sha256', key).update(JSON.stringify(proof)).digest('base64');
  return {
    has: (proof) => (untilMs.get(hashOf(proof)) ?? 0) > clock.monotonicMs(),
    add(proof) {
      if (untilMs.size > MOST_PROVEN) untilMs.clear();
      untilMs.set(hashOf(proof), clock.monotonicMs() + REMEMBER_MS);
    },
    forget: () => untilMs.clear(),
  };
}

/** The account of a token, or of a password that was right from this address lately; undefined: it must be examined. */
async function knownLately(given: Given, address: string, parts: Parts): Promise<Identified | undefined> {
  if (given.kind === 'token' || given.kind === 'urlToken') {
    const found = await look(given, address, parts);
    return found.kind === 'known' ? found : undefined;
  }
  const account = await accountNamed(given, parts);
  if (!account) return undefined;
  if (given.kind === 'password' && parts.proven.has([account.id, given.name, given.password, address])) {
    return { kind: 'known', who: whoIs(account, address), by: 'password' };
  }
  if (given.kind !== 'digest' || !parts.proven.has([account.id, account.ha1, address])) return undefined;
  const found = await look(given, address, parts);
  return found.kind === 'known' ? found : undefined;
}

/**
 * The account of a given name; undefined for the empty name and for names with a null character, which the database
 * cannot store.
 */
async function accountNamed(given: Given, { memory }: Parts): Promise<AccountRow | undefined> {
  const name = given.kind === 'password' ? given.name : given.kind === 'digest' ? given.answer.user : '';
  return name === '' || name.includes('\0') ? undefined : memory.named(name);
}

async function look(given: Given, address: string, parts: Parts): Promise<Identified> {
  if (given.kind === 'nonsense') return { kind: 'wrong' };
  if (given.kind === 'digest') return byDigest(given, address, parts);
  if (given.kind === 'password') return byPassword(given, address, parts);
  const isSigned = given.kind === 'urlToken' || isWebToken(given.token);
  if (parts.webTokens && isSigned) return byWebToken(parts.webTokens, given, address);
  const account = await parts.memory.ofToken(sha256(given.token));
  return account ? { kind: 'known', who: whoIs(account, address), by: 'token' } : { kind: 'wrong' };
}

/**
 * Identifies by the signed token of another program. The person needs no account here: such a person is a viewer, with
 * the roles that the token names.
 */
async function byWebToken(
  webTokens: WebTokens,
  { kind, token }: { kind: 'token' | 'urlToken'; token: string },
  address: string,
): Promise<Identified> {
  const bearer = await webTokens.read(token, kind === 'token' ? 'header' : 'address');
  if (!bearer) return { kind: 'wrong' };
  const who: Who = { account: 0, name: bearer.name, role: 'viewer', agent: null, address };
  return { kind: 'known', who, by: 'token', roles: bearer.roles };
}

async function byPassword(
  given: Extract<Given, { kind: 'password' }>,
  address: string,
  parts: Parts,
): Promise<Identified> {
  const { name, password } = given;
  const account = await accountNamed(given, parts);
  const isRight = account?.ha1
    ? sameText(ha1Of(name, password), account.ha1)
    : await parts.hasher.matches(password, account?.password ?? null);
  if (!account || !isRight) return { kind: 'wrong' };
  parts.proven.add([account.id, name, password, address]);
  return { kind: 'known', who: whoIs(account, address), by: 'password' };
}

async function byDigest(given: Extract<Given, { kind: 'digest' }>, address: string, parts: Parts): Promise<Identified> {
  const { answer, method, target } = given;
  // The URI of a digest is the whole URL where a client speaks through some proxies: its host is not compared.
  if (answer.uri.replace(/^https?:\/\/[^/]*/i, '') !== target) return { kind: 'wrong' };
  const freshness = parts.nonces.judge(answer.nonce);
  if (freshness === 'foreign') return { kind: 'stale' };
  const account = await accountNamed(given, parts);
  if (!account?.ha1 || !provesHa1(answer, account.ha1, method)) {
    return freshness === 'stale' ? { kind: 'stale' } : { kind: 'wrong' };
  }
  if (freshness === 'stale') return { kind: 'stale' };
  parts.proven.add([account.id, account.ha1, address]);
  return { kind: 'known', who: whoIs(account, address), by: 'password' };
}
