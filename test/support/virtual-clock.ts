import type { Clock } from '#lib/runtime/clock.ts';

/** A clock that moves only when a test moves it. */
export interface VirtualClock extends Clock {
  /** Moves on by `ms`; calls what becomes due, in order and each at its time. */
  advance(ms: number): void;
  /** The whole box stands still for `ms`: nothing is called; then all that is overdue is called, late. */
  freeze(ms: number): void;
  /** Moves the wall clock alone. */
  setWall(nowMs: number): void;
  /** Number of calls that are waiting. */
  readonly waiting: number;
}

/** Makes a clock whose monotonic time is `startMs` and whose wall time is `wallMs`. */
export function virtualClock(startMs = 0, wallMs = Date.UTC(2026, 10, 20, 8)): VirtualClock {
  let nowMs = startMs;
  let wallOffset = wallMs - startMs;
  const calls = new Set<{ dueMs: number; act: () => void }>();

  const runDue = (): boolean => {
    let first: { dueMs: number; act: () => void } | undefined;
    for (const call of calls) if (call.dueMs <= nowMs && (!first || call.dueMs < first.dueMs)) first = call;
    if (!first) return false;
    calls.delete(first);
    first.act();
    return true;
  };
  const nextDue = (): number => Math.min(...[...calls].map(({ dueMs }) => dueMs));

  return {
    nowMs: () => nowMs + wallOffset,
    monotonicMs: () => nowMs,
    at(dueMs, act) {
      const call = { dueMs, act };
      calls.add(call);
      return () => void calls.delete(call);
    },
    advance(ms) {
      const end = nowMs + ms;
      for (let due = nextDue(); due <= end; due = nextDue()) {
        nowMs = Math.max(nowMs, due);
        runDue();
      }
      nowMs = end;
    },
    freeze(ms) {
      nowMs += ms;
      while (runDue());
    },
    setWall(wall) {
      wallOffset = wall - nowMs;
    },
    get waiting() {
      return calls.size;
    },
  };
}
