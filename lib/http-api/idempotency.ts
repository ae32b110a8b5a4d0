import type { FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { isRefused, refused, refusedForMistakes, type Refused } from './refusal.ts';
import type { JsonRoute, Parts } from './route.ts';
import type { z } from 'zod';

/**
 * Keeps answers to changes for a while by the key that the client sent (`Idempotency-Key`). A client that lost an
 * answer can ask again, and the change is not made twice.
 */
export interface Answers {
  /**
   * Makes a change, or gives the first result for the key. `what` identifies the change: the same key for another one
   * is refused.
   */
  once(key: string, what: string, act: () => Promise<unknown>): Promise<unknown>;
}

/** The store of answers, and who sent a request: a key counts for its sender alone. */
export interface Keys<Context> {
  answers: Answers;
  askerOf(context: Context): string;
}

/** Time in milliseconds for which an answer is kept; after it, the same key makes the change again. */
const KEPT_MS = 10 * 60_000;
/** Number of answers that are kept; beyond it the oldest is dropped. */
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

const KEY = /^[\x21-\x7e]{1,200}$/;

/** Runs a route; a change with a key is made once, however often it is sent. */
export async function runOnce<Context extends object>(
  route: JsonRoute<Context, unknown, string, z.ZodType, z.ZodType, z.ZodType, z.ZodType>,
  asked: Context & Parts<unknown, unknown, unknown>,
  request: Pick<FastifyRequest, 'headers'>,
  { keys, mistakesCode }: { keys?: Keys<Context>; mistakesCode: string },
): Promise<unknown> {
  const key = request.headers['idempotency-key'];
  if (!keys || route.method === 'GET' || key === undefined) return route.run(asked);
  if (typeof key !== 'string' || !KEY.test(key)) {
    return refusedForMistakes(mistakesCode, [{ at: 'Idempotency-Key', text: 'must be 1 to 200 printable characters' }]);
  }
  const what = [route.id, JSON.stringify(asked.params), JSON.stringify(asked.query), digestOf(asked.body)].join('\n');
  return keys.answers.once(`${keys.askerOf(asked)} ${key}`, what, async () => route.run(asked));
}

const digestOf = (body: unknown): string =>
  createHash('sha256')
    .update(Buffer.isBuffer(body) ? body : (JSON.stringify(body) ?? ''))
    .digest('hex');
