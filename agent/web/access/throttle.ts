import { keepNewest } from '#lib/runtime/newest.ts';
import { networkOf } from '#lib/runtime/addresses.ts';

/** Slows down guessing: some wrong tries are free, then one in a while. */
export interface Throttle {
  /** Milliseconds until this address may try again; 0 is now. */
  waitMs(address: string): number;
  /** Counts a wrong try. */
  failed(address: string): void;
}

/** Limits of guessing. */
export interface ThrottleRules {
  /** Wrong tries that are free. */
  tries: number;
  /** Interval at which a further try is allowed. */
  everyMs: number;
  /** Number of addresses that are remembered; beyond it the oldest is forgotten. */
  addresses: number;
}

/** Makes a throttle; `nowMs` is monotonic. Each address has its own allowance, which grows again with time. */
export function openThrottle(nowMs: () => number, rules: ThrottleRules): Throttle {
  const spent = new Map<string, { used: number; atMs: number }>();

  const usedNow = (key: string): number => {
    const one = spent.get(key);
    return one ? Math.max(0, one.used - (nowMs() - one.atMs) / rules.everyMs) : 0;
  };

  return {
    waitMs(address) {
      const over = usedNow(networkOf(address)) + 1 - rules.tries;
      return over > 0 ? Math.ceil(over * rules.everyMs) : 0;
    },
    failed(address) {
      const key = networkOf(address);
      const used = usedNow(key) + 1;
      keepNewest(spent, key, { used, atMs: nowMs() }, rules.addresses);
    },
  };
}
