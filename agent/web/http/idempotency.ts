import { isRefused, refused, type Refused } from './refusal.ts';

/**
 * Answers to changes, kept for a while under the key that their asker gave them (`Idempotency-Key`): whoever lost an answer on
 * the way asks again, and what was done is not done twice.
 */
export interface Answers {
  /** Does it, or gives what came of it the first time. `what`: the same key for something else is refused. */
  once(key: string, what: string, act: () => Promise<unknown>): Promise<unknown>;
}

export const KEY = /^[\x21-\x7e]{1,200}$/;
const KEPT_MS = 10 * 60_000;
const MOST = 1000;

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
      // What could not be done now may be tried again under the same key.
      const forget = (): void => void (kept.get(key)?.answer === answer && kept.delete(key));
      answer.then((given) => isRefused(given) && given.refused.status >= 500 && forget(), forget);
      return answer;
    },
  };
}

const otherThing = (): Refused =>
  refused(422, 'idempotency', 'this Idempotency-Key was used for another request: give each request its own');
