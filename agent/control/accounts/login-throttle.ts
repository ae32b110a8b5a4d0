import { keepNewest } from '#lib/runtime/newest.ts';
import { networkOf } from '#lib/runtime/addresses.ts';
import { openThrottle } from '#lib/runtime/access/throttle.ts';

/**
 * Delays logins after failures, for each network (the throttle of `lib/runtime`), and limits how many attempts wait.
 * Nobody waits because of others: a client that guesses passwords uses up only its own network's places, and a client
 * that logged in lately always gets one.
 */
export interface LoginThrottle {
  /**
   * Milliseconds to wait before an attempt is examined; undefined if too many wait. If a number was given, `done` must
   * be called afterwards.
   */
  admitInMs(address: string, nowMs: number): number | undefined;
  /** Must be called when an attempt has been examined: its place is free again. */
  done(address: string): void;
  /** Counts a failure; true if it is the one that raises the alarm (`alarm` failures within `withinMs`). */
  failed(address: string, nowMs: number): boolean;
  succeeded(address: string, nowMs: number): void;
}

/** Time in ms after a login in which its address gets a place even if all are taken. */
const TRUSTED_MS = 12 * 3600_000;
/** Number of addresses with a login that are remembered; beyond it the oldest is forgotten. */
const MOST_ADDRESSES = 1000;
/**
 * Attempts of one network, and of all clients without a recent login, that may wait at the same time; a further one is
 * refused.
 */
const MOST_WAITING_OF_ONE = 4;
const MOST_WAITING = 64;

/** Failures over all interfaces that raise the alarm `auth_failures` (facts/smp351 2.1). */
const ALARM = { failures: 20, withinMs: 20_000 };

/** Makes a throttle for logins; its times are monotonic. */
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
