import { createHash, timingSafeEqual } from 'node:crypto';
import type { PairingCodes } from '../lectern/codes.ts';
import type { Pairings } from '../lectern/pairings.ts';
import { refused, type Refused } from '#lib/http-api/refusal.ts';
import type { Role } from './roles.ts';
import { cookieName } from './session-cookie.ts';
import type { Sessions } from './sessions.ts';
import type { WebAccounts } from '../views/sources.ts';
import type { Throttle } from './throttle.ts';

/** Who asks, and how that is known. */
export interface Asker {
  role: Role;
  by: 'open' | 'token' | 'password' | 'session' | 'pairing';
  /** For the log: an account, or the name of a session. */
  name: string;
  /** `end` is called when it is no longer so; the result lets go. For answers without end. */
  hold(end: () => void): () => void;
}

/** The ways to come in. */
export interface Entrance {
  /** Nobody is asked who they are: every one may do everything. */
  isOpen(): boolean;
  byToken(token: string, address: string): Asker | Refused;
  /** Waits its turn where many wrong passwords came; shared with Telnet, SSH and whoever else asks for passwords. */
  byPassword(name: string, password: string, address: string): Promise<Asker | Refused>;
  byCookie(cookie: string): Asker | undefined;
  /** A tablet, by what it was given when it was paired. */
  byPairing(token: string): Asker | undefined;
  /** Pairs a tablet by a code; gives what it is to keep. */
  pair(code: string, name: string, address: string): Promise<string | Refused>;
  /** Cookies that may hold a session: ours, then that of programs made for the device. */
  cookieNames(port: number | undefined): readonly string[];
}

export interface EntranceParts {
  token: string | undefined;
  accounts: WebAccounts;
  sessions: Sessions;
  throttle: Throttle;
  codes: PairingCodes;
  pairings: Pairings;
  /** The device's own name for it. */
  deviceCookie: string;
}

const forEver = (): (() => void) => () => undefined;
export const NOBODY_ASKED: Asker = { role: 'admin', by: 'open', name: 'open', hold: forEver };

export function openEntrance(parts: EntranceParts): Entrance {
  const { token, accounts, sessions, throttle, codes, pairings, deviceCookie } = parts;
  const expected = sha256(token ?? '');
  const waitOf = (address: string, text: string): Refused | undefined => {
    const waitMs = throttle.waitMs(address);
    return waitMs > 0 ? slowDown(text, Math.ceil(waitMs / 1000)) : undefined;
  };
  return {
    isOpen: () => token === undefined || !accounts.has('admin'),
    byToken(text, address) {
      const wait = waitOf(address, 'too many wrong tokens');
      if (wait) return wait;
      if (token !== undefined && timingSafeEqual(sha256(text), expected))
        return { role: 'admin', by: 'token', name: 'token', hold: forEver };
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
      throttle.failed(address);
      return refused(401, 'code', 'this code is not shown by the box, or no longer: have a new one shown on its page');
    },
  };
}

/** The accounts look at one password a second of an address that guesses. */
const BUSY_S = 5;

const slowDown = (text: string, retryAfterS: number): Refused => ({
  refused: { status: 429, code: 'throttled', text: `${text}: wait ${retryAfterS} s`, retryAfterS },
});

/** As the other doors know it: IPv4 clients of a dual-stack socket appear as `::ffff:1.2.3.4`. */
const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
