import { keepNewest } from '../newest.ts';

/**
 * Slows down guessing of passwords. After a few wrong ones, one try per second is examined for each address, however
 * many connections it has. Right passwords wait in the same queue, since a faster answer would give them away.
 */
export interface Throttle {
  /**
   * Milliseconds to wait before the credentials of this address are examined; undefined if the wait would be too long.
   * `notBeforeMs` is the earliest time for all.
   */
  admitInMs(address: string, nowMs: number, notBeforeMs?: number): number | undefined;
  failed(address: string, nowMs: number): void;
  /** Whether there were so many wrong tries that further ones of this address must wait. */
  isSlowed(address: string, nowMs: number): boolean;
}

/** Number of wrong tries of an address after which further ones must wait. */
const FREE_FAILURES = 5;
/** Interval between those tries, in milliseconds. */
const STEP_MS = 1000;
/** The longest wait in milliseconds; a try that would wait longer is refused. */
const LONGEST_WAIT_MS = 10_000;
/** Time in milliseconds without a wrong try, after which an address's tries are forgotten. */
const FORGIVEN_AFTER_MS = 60_000;
/** Number of addresses that are remembered; with more, the oldest is forgotten. */
const MOST_ADDRESSES = 1000;

interface Record {
  failures: number;
  lastMs: number;
  nextSlotMs: number;
}

/** Makes a throttle; its times are monotonic. */
export function openThrottle(): Throttle {
  const records = new Map<string, Record>();
  const known = (address: string, nowMs: number): Record | undefined => {
    const record = records.get(address);
    if (record && nowMs - record.lastMs > FORGIVEN_AFTER_MS) records.delete(address);
    return records.get(address);
  };
  return {
    admitInMs(address, nowMs, notBeforeMs = nowMs) {
      const record = known(address, nowMs);
      const slowed = record && record.failures >= FREE_FAILURES ? record : undefined;
      const slotMs = Math.max(nowMs, notBeforeMs, slowed?.nextSlotMs ?? nowMs);
      if (slotMs - nowMs > LONGEST_WAIT_MS) return undefined;
      if (slowed) slowed.nextSlotMs = slotMs + STEP_MS;
      return slotMs - nowMs;
    },
    isSlowed: (address, nowMs) => (known(address, nowMs)?.failures ?? 0) >= FREE_FAILURES,
    failed(address, nowMs) {
      const record = known(address, nowMs) ?? { failures: 0, lastMs: 0, nextSlotMs: 0 };
      record.failures += 1;
      record.lastMs = nowMs;
      keepNewest(records, address, record, MOST_ADDRESSES);
    },
  };
}
