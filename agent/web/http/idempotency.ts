import { isRefused, refused, type Refused } from './refusal.ts';

/**
 * Keeps answers to changes for a while by the key that the client sent (`Idempotency-Key`). A client that lost an
 * answer asks again, and the change is not made twice.
 */
export interface Answers {
  /**
   * Makes a change, or gives the first result for the key. `what` identifies the change: the same key for another one
   * is refused.
   */
  once(key: string, what: string, act: () => Promise<unknown>): Promise<unknown>;
}

/** Form of a key. */
export const KEY = /^[\x21-\x7e]{1,200}$/;
const KEPT_MS = 10 * 60_000;
const MOST = 1000;

/** Makes a store of answers. */
export function openAnswers(nowMs: () => number): Answers {
  const kept = new Map<string, { what: string; atMs: number; answer: Promise<unknown> }>();
  const tidy = (): void => {
    for (const [key, { atMs }] of kept) if (kept.size > MOST || atMs + KEPT_MS < nowMs()) kept.delete(key);
  };
  return {
    async once(key, what, act) {
      tidy();
      const before = kept.get(key);
      if (before) return before.what === what ? before.answer : otherThing();
      const answer = act();
      kept.set(key, { what, atMs: nowMs(), answer });
      // A failed change may be tried again with the same key.
      const forget = (): void => void (kept.get(key)?.answer === answer && kept.delete(key));
      answer.then((given) => isRefused(given) && given.refused.status >= 500 && forget(), forget);
      return answer;
    },
  };
}

const otherThing = (): Refused =>
  refused(422, 'idempotency', 'this Idempotency-Key was used for another request: give each request its own');
