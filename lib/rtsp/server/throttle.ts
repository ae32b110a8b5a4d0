/**
 * Slows down guessing of passwords. After a few wrong ones, one try per second of an address is examined, however many
 * connections it has. Right passwords wait in the same queue, since their speed would tell them apart.
 */
export interface Throttle {
  /** Milliseconds to wait before the credentials of this address are examined; undefined if too many wait already. */
  admitInMs(address: string, nowMs: number): number | undefined;
  failed(address: string, nowMs: number): void;
}

const FREE_FAILURES = 5;
const STEP_MS = 1000;
const LONGEST_WAIT_MS = 10_000;
const FORGIVEN_AFTER_MS = 60_000;
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
    admitInMs(address, nowMs) {
      const record = known(address, nowMs);
      if (!record || record.failures < FREE_FAILURES) return 0;
      const slot = Math.max(nowMs, record.nextSlotMs);
      if (slot - nowMs > LONGEST_WAIT_MS) return undefined;
      record.nextSlotMs = slot + STEP_MS;
      return slot - nowMs;
    },
    failed(address, nowMs) {
      const record = known(address, nowMs) ?? { failures: 0, lastMs: 0, nextSlotMs: 0 };
      record.failures += 1;
      record.lastMs = nowMs;
      records.delete(address);
      records.set(address, record);
      const oldest = records.keys().next();
      if (records.size > MOST_ADDRESSES && !oldest.done) records.delete(oldest.value);
    },
  };
}
