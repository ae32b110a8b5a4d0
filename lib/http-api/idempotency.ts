import type { FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { isRefused, refused, refusedForMistakes, type Refused } from './refusal.ts';
import type { JsonRoute, Parts } from './route.ts';
import type { z } from 'zod';

/**
 * Answers to changes, kept for a while under the key that their asker gave them (`Idempotency-Key`): whoever lost an answer on
 * the way asks again, and what was done is not done twice.
 */
export interface Answers {
  /** Does it, or gives what came of it the first time. `what`: the same key for something else is refused. */
  once(key: string, what: string, act: () => Promise<unknown>): Promise<unknown>;
}

/** Where answers are kept, and who asks: a key counts for its asker alone. */
export interface Keys<Context> {
  answers: Answers;
  askerOf(context: Context): string;
}

/** An answer is kept so long; the key does the thing anew after that. */
const KEPT_MS = 10 * 60_000;
/** Answers kept at once; the oldest is forgotten beyond it. */
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

const KEY = /^[\x21-\x7e]{1,200}$/;

/** Runs a route; a change that brings a key is done once, however often it is asked for. */
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
