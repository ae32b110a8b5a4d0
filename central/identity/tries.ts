import { keepNewest } from '@amphi/lib/runtime/newest.ts';
import { openThrottle } from '@amphi/lib/runtime/access/throttle.ts';
import { openTurnstile, type Turnstile } from '@amphi/lib/runtime/turnstile.ts';
import type { Clock } from '@amphi/lib/runtime/clock.ts';
import type { Log } from '@amphi/lib/runtime/log.ts';
import type { Database } from '../store/connect.ts';
import { tellAudit } from './audit.ts';

/** Passwords that are tried: how fast an address may, and the trail that it leaves. */
export interface Tries {
  /**
   * Examines a try of an address in its turn; undefined: too many of it wait already. `isWrong` says whether what came of it is a wrong
   * password, which slows the address down.
   */
  examine<T>(of: Try, look: () => Promise<T>, isWrong: (found: T) => boolean): Promise<T | undefined>;
}

/** Who tries. */
export interface Try {
  address: string;
  /** The name that was given; undefined: a token, or nothing that can be read. */
  name: string | undefined;
}

/** Tries of one address that are examined at once: no more can fail before the throttle knows of it. */
const AT_ONCE = 5;
/** Tries of one address that wait for these; one more is refused. */
const MOST_WAITING = 200;
/** The same for an address that is slowed down, whose tries take a second each. */
const MOST_SLOWED = 8;
/** A name in the trail is cut here: some write their password in its place. */
const NAME_CHARACTERS = 64;

interface Trying {
  turnstile: Turnstile;
  waiting: number;
}

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

/** Addresses that are remembered; beyond it the oldest is forgotten, and its next wrong password is told as its first. */
const MOST_ADDRESSES = 1000;

/** Wrong passwords of an address before the audit log tells of it, too. */
const AUDITED_FROM = 10;

/**
 * Wrong passwords, in log and audit: the first of an address, the tenth, the hundredth and so on, with how many they are, so that ten
 * thousand of them are five lines.
 */
function openTrail(database: Database, log: Log): { wrong(address: string, name: string | undefined): void } {
  const counts = new Map<string, number>();
  return {
    wrong(address, name) {
      const count = (counts.get(address) ?? 0) + 1;
      keepNewest(counts, address, count, MOST_ADDRESSES);
      if (!Number.isInteger(Math.log10(count))) return;
      // One wrong password is a slip; the log has it.
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
