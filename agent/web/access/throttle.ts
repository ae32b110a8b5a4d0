import { isIPv6 } from 'node:net';

/** Slows down whoever guesses: some tries are free, then one in a while. */
export interface Throttle {
  /** Milliseconds until this address may try again; 0: now. */
  waitMs(address: string): number;
  /** It tried, and was wrong. */
  failed(address: string): void;
}

export interface ThrottleRules {
  /** Wrong tries that are free. */
  tries: number;
  /** A further one every so often. */
  everyMs: number;
  /** Addresses that are remembered at once; the oldest goes when there are more. */
  addresses: number;
}

/** `nowMs` is a monotonic clock. A bucket for each address, that fills again with time. */
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
      spent.delete(key);
      spent.set(key, { used, atMs: nowMs() });
      const oldest = spent.size > rules.addresses ? spent.keys().next().value : undefined;
      if (oldest !== undefined) spent.delete(oldest);
    },
  };
}

/** Somebody with one IPv6 address has a whole /64 of them. */
export function networkOf(address: string): string {
  const bare = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (!isIPv6(bare)) return bare;
  const [head = '', tail] = bare.split('::');
  const groups = head.split(':').filter(Boolean);
  const after = tail === undefined ? [] : tail.split(':').filter(Boolean);
  const zeros = Array.from({ length: Math.max(0, 8 - groups.length - after.length) }, () => '0');
  return [...groups, ...zeros, ...after]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
