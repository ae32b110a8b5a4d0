/**
 * Slows down guessing of passwords. After a few failures, one try per second of an address is examined, however many
 * connections it has. While the whole box sees many failures, that holds for all addresses without a recent login.
 * Right passwords wait in the same queue, since their speed would tell them apart.
 */
export interface Throttle {
  /** Milliseconds until this try may be examined; undefined if too many wait already. */
  admitInMs(address: string, nowMs: number): number | undefined;
  /** Counts a failure; true if it is the one that raises the alarm (`alarm` failures within `withinMs`). */
  failed(address: string, nowMs: number): boolean;
  succeeded(address: string, nowMs: number): void;
}

const FREE_FAILURES = 5;
const STEP_MS = 1000;
const COMMON_STEP_MS = 200;
const LONGEST_WAIT_MS = 10_000;
const FORGIVEN_AFTER_MS = 60_000;
const TRUSTED_MS = 12 * 3600_000;
const MOST_ADDRESSES = 1000;

/** Failures over all interfaces that raise the alarm `auth_failures` (facts/smp351 2.1). */
const ALARM = { failures: 20, withinMs: 20_000 };

interface Suspect {
  failures: number;
  lastMs: number;
  nextSlotMs: number;
}

/** Makes a throttle; its times are monotonic. */
export function openThrottle(alarm = ALARM): Throttle {
  const suspects = new Map<string, Suspect>();
  const trusted = new Map<string, number>();
  const recent: number[] = [];
  let isLoud = false;
  let nextCommonSlotMs = 0;

  const suspect = (address: string, nowMs: number): Suspect | undefined => {
    const known = suspects.get(address);
    if (known && nowMs - known.lastMs > FORGIVEN_AFTER_MS) suspects.delete(address);
    return suspects.get(address);
  };
  const forget = (nowMs: number): void => {
    while (recent.length > 0 && nowMs - (recent[0] as number) > alarm.withinMs) recent.shift();
    if (recent.length < alarm.failures) isLoud = false;
  };
  const isTrusted = (address: string, nowMs: number): boolean =>
    nowMs - (trusted.get(address) ?? -Infinity) < TRUSTED_MS;

  return {
    admitInMs(address, nowMs) {
      forget(nowMs);
      const own = suspect(address, nowMs);
      const isSlowed = own !== undefined && own.failures >= FREE_FAILURES;
      const ownSlotMs = isSlowed ? Math.max(nowMs, own.nextSlotMs) : nowMs;
      const isCommon = isLoud && !isTrusted(address, nowMs);
      const slotMs = isCommon ? Math.max(ownSlotMs, nextCommonSlotMs) : ownSlotMs;
      if (slotMs - nowMs > LONGEST_WAIT_MS) return undefined;
      if (isSlowed) own.nextSlotMs = slotMs + STEP_MS;
      if (isCommon) nextCommonSlotMs = slotMs + COMMON_STEP_MS;
      return slotMs - nowMs;
    },
    failed(address, nowMs) {
      const known = suspect(address, nowMs) ?? { failures: 0, lastMs: 0, nextSlotMs: 0 };
      suspects.delete(address);
      suspects.set(address, { ...known, failures: known.failures + 1, lastMs: nowMs });
      bound(suspects);
      recent.push(nowMs);
      if (recent.length > alarm.failures) recent.shift();
      forget(nowMs);
      const rings = !isLoud && recent.length >= alarm.failures;
      isLoud ||= rings;
      return rings;
    },
    succeeded(address, nowMs) {
      trusted.delete(address);
      trusted.set(address, nowMs);
      bound(trusted);
    },
  };
}

function bound(map: Map<string, unknown>): void {
  const oldest = map.keys().next();
  if (map.size > MOST_ADDRESSES && !oldest.done) map.delete(oldest.value);
}
