import { keepNewest } from '@amphi/lib/runtime/newest.ts';
import { openThrottle } from '@amphi/lib/runtime/access/throttle.ts';
import { openTurnstile, type Turnstile } from '@amphi/lib/runtime/turnstile.ts';
import type { Clock } from '@amphi/lib/runtime/clock.ts';
import type { Log } from '@amphi/lib/runtime/log.ts';
import type { Database } from '../store/connect.ts';
import { tellAudit } from './audit.ts';

/** Limits how fast an address may try passwords, and writes wrong ones to the log. */
export interface Tries {
  /**
   * Examines a try when its turn comes; undefined: too many tries of this address wait already. `isWrong` says whether
   * the result is a wrong password, which slows the address down.
   */
  examine<T>(of: Try, look: () => Promise<T>, isWrong: (found: T) => boolean): Promise<T | undefined>;
}

/** One try of a password or token. */
export interface Try {
  address: string;
  /** Account name that was given; undefined: a token, or nothing that can be read. */
  name: string | undefined;
}

/**
 * Tries of one address that are examined at once; more wait. With this limit few can fail before the throttle knows of
 * it.
 */
const AT_ONCE = 5;
/** Tries of one address that wait for their turn; further ones are refused. */
const MOST_WAITING = 200;
/** Tries that wait for an address that is slowed down (each takes a second); further ones are refused. */
const MOST_SLOWED = 8;
/**
 * Characters of an account name in log and audit; a longer one is cut, since some people type their password as the
 * name.
 */
const NAME_CHARACTERS = 64;

interface Trying {
  turnstile: Turnstile;
  waiting: number;
}

/** Opens the examination of tries: no address is slowed down at first. */
export function openTries(database: Database, clock: Clock, log: Log): Tries {
  const throttle = openThrottle();
  const trying = new Map<string, Trying>();
  const trail = openTrail(database, log);
  const one = async <T>({ address, name }: Try, look: () => Promise<T>, isWrong: (found: T) => boolean) => {
    const waiting = trying.get(address)?.waiting ?? 0;
    if (waiting > AT_ONCE + MOST_SLOWED && throttle.isSlowed(address, clock.monotonicMs())) return undefined;
    const waitMs = throttle.admitInMs(address, clock.monotonicMs());
    if (waitMs === undefined) return undefined;
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    const found = await look();
    if (isWrong(found)) {
      throttle.failed(address, clock.monotonicMs());
      trail.wrong(address, name);
    }
    return found;
  };
  return {
    async examine(of, look, isWrong) {
      const mine = trying.get(of.address) ?? { turnstile: openTurnstile(AT_ONCE), waiting: 0 };
      if (mine.waiting >= AT_ONCE + MOST_WAITING) return undefined;
      trying.set(of.address, mine);
      mine.waiting += 1;
      try {
        return await mine.turnstile.inTurn(() => one(of, look, isWrong));
      } finally {
        mine.waiting -= 1;
        if (mine.waiting === 0) trying.delete(of.address);
      }
    },
  };
}

/**
 * Addresses whose wrong passwords are counted; beyond this the oldest is forgotten, and its next wrong password counts
 * as its first.
 */
const MOST_ADDRESSES = 1000;

/** Wrong passwords of an address from which on the audit log has them too. */
const AUDITED_FROM = 10;

/**
 * Writes wrong passwords to log and audit: the first of an address, the tenth, the hundredth and so on, with their
 * count, so that ten thousand of them make five lines.
 */
function openTrail(database: Database, log: Log): { wrong(address: string, name: string | undefined): void } {
  const counts = new Map<string, number>();
  return {
    wrong(address, name) {
      const count = (counts.get(address) ?? 0) + 1;
      keepNewest(counts, address, count, MOST_ADDRESSES);
      if (!Number.isInteger(Math.log10(count))) return;
      // A single wrong password, which may be a slip, is only in the log.
      const told = (name ?? '').replaceAll('\0', '').toWellFormed().slice(0, NAME_CHARACTERS);
      log.warn({ address, account: told, count }, 'wrong passwords');
      if (count < AUDITED_FROM) return;
      const entry = { action: 'refuse', kind: 'sign-in', object: told.toWellFormed(), change: { address, count } };
      tellAudit(database, undefined, entry).catch((error: unknown) =>
        log.error({ error }, 'the audit was not written'),
      );
    },
  };
}
