import type { Clock } from '#lib/runtime/clock.ts';
import type { RetryRules } from '../server/answer.ts';
import type { HandOver } from './hand-over.ts';

/** The waits of hand-overs, on the monotonic clock: the wall clock may be set by decades. */
export interface Waits {
  /** A wait begins; gives the mark on the wall clock by which it is known after a restart. */
  begin(take: string, ms: number): number;
  /** Milliseconds that a hand-over has to wait still; 0 or less: none. */
  leftMs(handOver: Pick<HandOver, 'take' | 'nextAtMs'>): number;
}

/** The longest wait that a server may ask for (`Retry-After`). */
const MOST_ASKED_MS = 3_600_000;

/** Opens the waits. A mark on the wall clock that no wait could have set is none. */
export function openWaits(clock: Clock, { mostMs }: RetryRules): Waits {
  const begun = new Map<string, { nextAtMs: number; dueMs: number }>();
  const longestMs = Math.max(MOST_ASKED_MS, 1.25 * mostMs);
  return {
    begin(take, ms) {
      const nextAtMs = clock.nowMs() + ms;
      begun.set(take, { nextAtMs, dueMs: clock.monotonicMs() + ms });
      return nextAtMs;
    },
    leftMs({ take, nextAtMs }) {
      const own = begun.get(take);
      // Somebody set another mark since then.
      if (own?.nextAtMs === nextAtMs) return own.dueMs - clock.monotonicMs();
      const leftMs = nextAtMs - clock.nowMs();
      return leftMs > longestMs ? 0 : leftMs;
    },
  };
}
