import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Socket } from 'node:net';
import { plainAddress } from '@amphi/lib/runtime/addresses.ts';

/** Limits of connections and bodies, so that one client cannot take all of them. */
export interface BodyLimits {
  /** Connections of one address; one more is closed. A trusted proxy has no limit. */
  connections: number;
  /** Bytes of a body sent without an account; a longer one is refused with 413. */
  openBytes: number;
  /** Interval in ms at which the progress of a body is checked. */
  lookMs: number;
  /**
   * Bytes that a body must bring in each interval while the server waits for them; with fewer its connection is closed.
   */
  leastBytes: number;
}

/** Limits in use. */
export const BODY_LIMITS: BodyLimits = { connections: 256, openBytes: 8192, lookMs: 30_000, leastBytes: 16_384 };

/** Closes connections beyond the limit of their address. */
export function limitConnections(app: FastifyInstance, trusted: readonly string[], { connections }: BodyLimits): void {
  const open = new Map<string, number>();
  app.server.on('connection', (socket: Socket) => {
    const address = plainAddress(socket.remoteAddress ?? '');
    if (trusted.includes(address)) return;
    const count = (open.get(address) ?? 0) + 1;
    if (count > connections) return void socket.destroy();
    open.set(address, count);
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left > 0) open.set(address, left);
      else open.delete(address);
    });
  });
}

/**
 * Closes connections whose bodies come so slowly that they only take up a place. A connection stays if the server
 * itself is slow to read.
 */
export function limitSlowBodies(app: FastifyInstance, { lookMs, leastBytes }: BodyLimits): void {
  app.addHook('onRequest', async ({ raw }, reply) => {
    if (raw.complete || raw.method === 'GET' || raw.method === 'HEAD') return;
    let before = raw.socket.bytesRead;
    const timer = setInterval(() => {
      if (raw.complete) return clearInterval(timer);
      const came = raw.socket.bytesRead - before;
      before = raw.socket.bytesRead;
      // Unread bytes in the buffer mean that the server is slow, not the client.
      if (came < leastBytes && raw.readableLength === 0) raw.socket.destroy();
    }, lookMs).unref();
    reply.raw.once('close', () => clearInterval(timer));
  });
}

/** Refusal of a body sent without an account: a status and words; undefined: it may come. */
export function refusalOfOpenBody(
  { method, headers }: FastifyRequest,
  { openBytes }: BodyLimits,
): { status: number; text: string } | undefined {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return undefined;
  if (headers['transfer-encoding'] !== undefined) {
    return { status: 411, text: 'say how long the body is (Content-Length), or who you are' };
  }
  if (Number(headers['content-length'] ?? 0) <= openBytes) return undefined;
  return { status: 413, text: `without an account a body has ${openBytes} bytes at most` };
}
