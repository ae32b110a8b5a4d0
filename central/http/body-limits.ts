import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Socket } from 'node:net';
import { plainAddress } from '@amphi/lib/runtime/addresses.ts';

/** Limits of connections and bodies, for the whole of what one client can take. */
export interface BodyLimits {
  /** Connections of one address; one more is closed. A proxy that is trusted has no limit. */
  connections: number;
  /** The body of somebody who has not said who he is; a longer one is refused with 413. */
  openBytes: number;
  /** How often a body's progress is looked at. */
  lookMs: number;
  /** A body that brings less in that time, while we wait for it, ends its connection. */
  leastBytes: number;
}

export const BODY_LIMITS: BodyLimits = { connections: 256, openBytes: 8192, lookMs: 30_000, leastBytes: 16_384 };

/** Ends connections beyond the limit of their address. */
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

/** Ends connections whose bodies come so slowly that they only hold a place. One for which we are slow ourselves is let be. */
export function limitSlowBodies(app: FastifyInstance, { lookMs, leastBytes }: BodyLimits): void {
  app.addHook('onRequest', async ({ raw }, reply) => {
    if (raw.complete || raw.method === 'GET' || raw.method === 'HEAD') return;
    let before = raw.socket.bytesRead;
    const timer = setInterval(() => {
      if (raw.complete) return clearInterval(timer);
      const came = raw.socket.bytesRead - before;
      before = raw.socket.bytesRead;
      // What lies here unread is our own slowness.
      if (came < leastBytes && raw.readableLength === 0) raw.socket.destroy();
    }, lookMs).unref();
    reply.raw.once('close', () => clearInterval(timer));
  });
}

/** Why a body of somebody unknown is not read: a status and words; undefined: it may come. */
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
