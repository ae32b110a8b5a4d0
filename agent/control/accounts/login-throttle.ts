import { keepNewest } from '#lib/runtime/newest.ts';
import { networkOf } from '#lib/runtime/addresses.ts';
import { openThrottle } from '#lib/runtime/access/throttle.ts';

/**
 * The throttle of `lib/runtime` for each network, and the places of tries that wait. Nobody waits for others: who guesses
 * fills his own places alone, and a client that was let in lately always has one.
 */
export interface LoginThrottle {
  /** Milliseconds to wait before the try is examined; undefined if too many wait. Each is followed by `done`. */
  admitInMs(address: string, nowMs: number): number | undefined;
  /** The try is examined. */
  done(address: string): void;
  /** Counts a failure; true if it is the one that raises the alarm (`alarm` failures within `withinMs`). */
  failed(address: string, nowMs: number): boolean;
  succeeded(address: string, nowMs: number): void;
}

/** An address does not wait for a place for so long after a login. */
const TRUSTED_MS = 12 * 3600_000;
/** Trusted addresses that are remembered; beyond it the oldest is forgotten. */
const MOST_ADDRESSES = 1000;
/** Tries of one network, and of all that are not trusted, that wait at the same time; a further one is refused. */
const MOST_WAITING_OF_ONE = 4;
const MOST_WAITING = 64;

/** Failures over all interfaces that raise the alarm `auth_failures` (facts/smp351 2.1). */
const ALARM = { failures: 20, withinMs: 20_000 };

/** Makes a throttle; its times are monotonic. */
export function openLoginThrottle(alarm = ALARM): LoginThrottle {
  const each = openThrottle();
  const trusted = new Map<string, number>();
  const waiting = new Map<string, number>();
  const recent: number[] = [];
  let isLoud = false;

  const forget = (nowMs: number): void => {
    while (recent.length > 0 && nowMs - (recent[0] as number) > alarm.withinMs) recent.shift();
    if (recent.length < alarm.failures) isLoud = false;
  };
  const isTrusted = (address: string, nowMs: number): boolean =>
    nowMs - (trusted.get(address) ?? -Infinity) < TRUSTED_MS;
  const hasPlace = (address: string, nowMs: number): boolean => {
    const own = waiting.get(networkOf(address)) ?? 0;
    if (own >= MOST_WAITING_OF_ONE) return false;
    const all = [...waiting.values()].reduce((sum, count) => sum + count, 0);
    return all < MOST_WAITING || isTrusted(address, nowMs);
  };

  return {
    admitInMs(address, nowMs) {
      forget(nowMs);
      if (!hasPlace(address, nowMs)) return undefined;
      const waitMs = each.admitInMs(networkOf(address), nowMs);
      if (waitMs !== undefined) waiting.set(networkOf(address), (waiting.get(networkOf(address)) ?? 0) + 1);
      return waitMs;
    },
    done(address) {
      const left = (waiting.get(networkOf(address)) ?? 0) - 1;
      if (left > 0) waiting.set(networkOf(address), left);
      else waiting.delete(networkOf(address));
    },
    failed(address, nowMs) {
      each.failed(networkOf(address), nowMs);
      recent.push(nowMs);
      if (recent.length > alarm.failures) recent.shift();
      forget(nowMs);
      const rings = !isLoud && recent.length >= alarm.failures;
      isLoud ||= rings;
      return rings;
    },
    succeeded(address, nowMs) {
      keepNewest(trusted, address, nowMs, MOST_ADDRESSES);
    },
  };
}
