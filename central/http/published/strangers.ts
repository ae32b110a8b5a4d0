import type { FastifyRequest } from 'fastify';
import { openTurnstile } from '@amphi/lib/runtime/turnstile.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** Lets searches without an account run, a few at once: one gate for the whole server. */
    throughGate: <T>(search: () => Promise<T>) => Promise<T>;
  }
}

/**
 * Searches without an account that run at once; further ones wait, so that these never take the connections that agents
 * need.
 */
const AT_ONCE = 2;
/** Searches without an account that run or wait; further ones are refused with 503, and may be repeated. */
const MOST = 100;

/** Lets searches without an account run, a few at once. */
export function openStrangersGate(): <T>(search: () => Promise<T>) => Promise<T> {
  const turnstile = openTurnstile(AT_ONCE);
  let here = 0;
  return async (search) => {
    if (here >= MOST) {
      const error = new Error('too many search here without an account: come again in a moment');
      throw Object.assign(error, { statusCode: 503 });
    }
    here += 1;
    try {
      return await turnstile.inTurn(search);
    } finally {
      here -= 1;
    }
  };
}

/** Runs a search at once for whoever has an account, and through the gate for others. */
export const searchedFor = <T>(request: FastifyRequest, search: () => Promise<T>): Promise<T> =>
  request.who ? search() : request.server.throughGate(search);
