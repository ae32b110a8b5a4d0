import { keepNewest } from '../newest.ts';

/**
 * Slows down guessing of passwords. After a few wrong ones, one try per second of an address is examined, however many
 * connections it has. Right passwords wait in the same queue, since their speed would tell them apart.
 */
export interface Throttle {
  /**
   * Milliseconds to wait before the credentials of this address are examined; undefined if too many wait already.
   * `notBeforeMs` is the earliest moment for everybody.
   */
  admitInMs(address: string, nowMs: number, notBeforeMs?: number): number | undefined;
  failed(address: string, nowMs: number): void;
  /** Whether so many were wrong that the tries of this address wait. */
  isSlowed(address: string, nowMs: number): boolean;
}

/** Wrong tries of an address that cost no wait. */
const FREE_FAILURES = 5;
/** Interval of tries beyond those. */
const STEP_MS = 1000;
/** The longest wait; who would wait longer is refused. */
const LONGEST_WAIT_MS = 10_000;
/** An address is forgiven after so long without a wrong try. */
const FORGIVEN_AFTER_MS = 60_000;
/** Addresses that are remembered; beyond it the oldest is forgotten. */
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
