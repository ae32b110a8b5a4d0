import { createHash, timingSafeEqual } from 'node:crypto';
import type { PairingCodes } from '../lectern/codes.ts';
import type { Pairings } from '../lectern/pairings.ts';
import { refused, type Refused } from '#lib/http-api/refusal.ts';
import { plainAddress } from '#lib/runtime/addresses.ts';
import type { Role } from './roles.ts';
import { cookieName } from './session-cookie.ts';
import type { Sessions } from './sessions.ts';
import type { WebAccounts } from '../views/sources.ts';
import type { Trail } from '#lib/runtime/access/trail.ts';
import type { Throttle } from './throttle.ts';

/** The client of a request, and how it proved itself. */
export interface Asker {
  role: Role;
  by: 'open' | 'token' | 'password' | 'session' | 'pairing';
  /** An account, or the name of a session; for the log. */
  name: string;
  /** Calls `end` when the proof is no longer valid; the result ends that. For answers without end. */
  hold(end: () => void): () => void;
}

/** The ways for clients to prove themselves. */
export interface Entrance {
  /** Whether nobody is asked, so that everybody may do everything. */
  isOpen(): boolean;
  byToken(token: string, address: string): Asker | Refused;
  /**
   * Checks a password in its turn; after many wrong ones this takes time. The order is shared with Telnet, SSH and
   * others.
   */
  byPassword(name: string, password: string, address: string): Promise<Asker | Refused>;
  byCookie(cookie: string): Asker | undefined;
  /** Finds a paired tablet by its secret. */
  byPairing(token: string): Asker | undefined;
  /** Pairs a tablet by a code; gives the secret that it keeps. */
  pair(code: string, name: string, address: string): Promise<string | Refused>;
  /** Names of the cookies that may hold a session: ours, then that of programs made for the device. */
  cookieNames(port: number | undefined): readonly string[];
}

/** What the entrance needs. */
export interface EntranceParts {
  /** The token now; undefined if nobody is asked. */
  token: () => string | undefined;
  accounts: WebAccounts;
  sessions: Sessions;
  throttle: Throttle;
  codes: PairingCodes;
  pairings: Pairings;
  /** Name of the device's own session cookie. */
  deviceCookie: string;
  trail: Trail;
}

const forEver = (): (() => void) => () => undefined;
/** The asker if nobody is asked. */
export const NOBODY_ASKED: Asker = { role: 'admin', by: 'open', name: 'open', hold: forEver };

/** Makes the entrance of a box. */
export function openEntrance(parts: EntranceParts): Entrance {
  const { token, accounts, sessions, throttle, codes, pairings, deviceCookie, trail } = parts;
  const waitOf = (address: string, text: string): Refused | undefined => {
    const waitMs = throttle.waitMs(address);
    return waitMs > 0 ? slowDown(text, Math.ceil(waitMs / 1000)) : undefined;
  };
  return {
    isOpen: () => token() === undefined || !accounts.has('admin'),
    byToken(text, address) {
      const wait = waitOf(address, 'too many wrong tokens');
      if (wait) return wait;
      const expected = token();
      if (expected !== undefined && timingSafeEqual(sha256(text), sha256(expected)))
        return {
          role: 'admin',
          by: 'token',
          name: 'token',
          hold: (end) => holdWhile(() => token() === expected, end, sessions),
        };
      trail.refused({ via: 'http', address: plainAddress(address), account: '-', what: 'token' });
      throttle.failed(address);
      return refused(401, 'token', 'this is not the token of this box');
    },
    async byPassword(name, password, address) {
      const verdict = await accounts.login({ name, password, address: plainAddress(address), via: 'http' });
      if ('access' in verdict) {
        return { role: verdict.access, by: 'password', name: verdict.access, hold: (end) => sessions.hold(end) };
      }
      if (verdict.refused === 'busy') return slowDown('too many wrong passwords', BUSY_S);
      return refused(401, 'password', 'there is no such account, or this is not its password');
    },
    cookieNames: (port) => [cookieName(port), deviceCookie],
    byCookie(cookie) {
      const session = sessions.find(cookie);
      return session && { role: session.role, by: 'session', name: session.name, hold: (end) => session.hold(end) };
    },
    byPairing(text) {
      const found = pairings.find(text);
      if (!found) return undefined;
      return { role: 'lectern', by: 'pairing', name: found.name, hold: (end) => pairings.hold(found.id, end) };
    },
    async pair(code, name, address) {
      const wait = waitOf(address, 'too many wrong codes');
      if (wait) return wait;
      if (codes.redeem(code)) return (await pairings.add(name || address)).token;
      trail.refused({ via: 'lectern', address: plainAddress(address), account: '-', what: 'code' });
      throttle.failed(address);
      return refused(401, 'code', 'this code is not shown by the box, or no longer: have a new one shown on its page');
    },
  };
}

/** Holds until a change of a password after which the proof no longer counts. */
function holdWhile(counts: () => boolean, end: () => void, sessions: Pick<Sessions, 'hold'>): () => void {
  let release = (): void => undefined;
  const hold = (): void => void (release = sessions.hold(() => (counts() ? hold() : end())));
  hold();
  return () => release();
}

/** Seconds after which a client that was refused as `busy` should try again; one password per second is examined. */
const BUSY_S = 5;

const slowDown = (text: string, retryAfterS: number): Refused => ({
  refused: { status: 429, code: 'throttled', text: `${text}: wait ${retryAfterS} s`, retryAfterS },
});

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
