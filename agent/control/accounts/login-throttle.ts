import { openThrottle, type Throttle } from '#lib/runtime/access/throttle.ts';

/**
 * The throttle of `lib/runtime` for each address, and one for the whole box: while it sees many failures, all addresses
 * without a recent login wait in one queue.
 */
export interface LoginThrottle extends Pick<Throttle, 'admitInMs'> {
  /** Counts a failure; true if it is the one that raises the alarm (`alarm` failures within `withinMs`). */
  failed(address: string, nowMs: number): boolean;
  succeeded(address: string, nowMs: number): void;
}

/** Interval of tries of all addresses together while there are many failures. */
const COMMON_STEP_MS = 200;
/** An address does not wait with the others for so long after a login. */
const TRUSTED_MS = 12 * 3600_000;
/** Trusted addresses that are remembered; beyond it the oldest is forgotten. */
const MOST_ADDRESSES = 1000;

/** Failures over all interfaces that raise the alarm `auth_failures` (facts/smp351 2.1). */
const ALARM = { failures: 20, withinMs: 20_000 };

/** Makes a throttle; its times are monotonic. */
export function openLoginThrottle(alarm = ALARM): LoginThrottle {
  const each = openThrottle();
  const trusted = new Map<string, number>();
  const recent: number[] = [];
  let isLoud = false;
  let nextCommonSlotMs = 0;

  const forget = (nowMs: number): void => {
    while (recent.length > 0 && nowMs - (recent[0] as number) > alarm.withinMs) recent.shift();
    if (recent.length < alarm.failures) isLoud = false;
  };
  const isTrusted = (address: string, nowMs: number): boolean =>
    nowMs - (trusted.get(address) ?? -Infinity) < TRUSTED_MS;

  return {
    admitInMs(address, nowMs) {
      forget(nowMs);
      const isCommon = isLoud && !isTrusted(address, nowMs);
      const waitMs = each.admitInMs(address, nowMs, isCommon ? nextCommonSlotMs : nowMs);
      if (isCommon && waitMs !== undefined) nextCommonSlotMs = nowMs + waitMs + COMMON_STEP_MS;
      return waitMs;
    },
    failed(address, nowMs) {
      each.failed(address, nowMs);
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
      const oldest = trusted.keys().next();
      if (trusted.size > MOST_ADDRESSES && !oldest.done) trusted.delete(oldest.value);
    },
  };
}
