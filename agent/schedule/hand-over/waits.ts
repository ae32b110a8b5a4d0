import type { Clock } from '#lib/runtime/clock.ts';
import type { RetryRules } from '../server/answer.ts';
import type { HandOver } from './hand-over.ts';

/** Waits of hand-overs, which are measured on the monotonic clock, since the wall clock may be set by decades. */
export interface Waits {
  /** Begins a wait of `ms`; gives its end on the wall clock, by which it is known after a restart. */
  begin(take: string, ms: number): number;
  /** Milliseconds that a hand-over still has to wait; 0 or less: it need not. */
  leftMs(handOver: Pick<HandOver, 'take' | 'nextAtMs'>): number;
}

/** Longest wait in ms that a server may ask for (`Retry-After`). */
const MOST_ASKED_MS = 3_600_000;

/**
 * Opens the waits. An end on the wall clock that is farther away than any wait can be is ignored: the clock was set.
 */
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
      // The monotonic time counts only if the hand-over still has the end that was set with it.
      if (own?.nextAtMs === nextAtMs) return own.dueMs - clock.monotonicMs();
      const leftMs = nextAtMs - clock.nowMs();
      return leftMs > longestMs ? 0 : leftMs;
    },
  };
}
