import { createSocket } from 'node:dgram';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { sleep } from '#lib/runtime/clock.ts';

/** An attack on a port. Each lasts for a moment, and closes its connections at its end. */
export type Flood = (port: number) => Promise<void>;

const FLOOD_MS = 700;
const STEP_MS = 5;
/** Bytes that may wait for a peer that does not read; beyond it no more are written until it reads. */
const MOST_WAITING_BYTES = 1 << 20;

export interface Way {
  /** Over TLS. */
  isSecure?: boolean;
  /** Network that the connections come from. */
  from?: string;
}

function open(port: number, { isSecure = false, from = '127.0.0.1' }: Way): Socket {
  const tcp = connect({ port, host: '127.0.0.1', localAddress: from }).on('error', () => undefined);
  if (!isSecure) return tcp.resume();
  const secure = connectTls({ socket: tcp, rejectUnauthorized: false }).on('error', () => undefined);
  tcp.once('close', () => secure.destroy());
  return secure.resume();
}

/**
 * Writes the same bytes again and again after `head`, as fast as they are taken; connects again when it is
 * disconnected.
 */
export const pour =
  (bytes: string | Buffer, { head = '', ...way }: Way & { head?: string } = {}): Flood =>
  async (port) => {
    const endsMs = performance.now() + FLOOD_MS;
    const piece = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes;
    let socket: Socket | undefined;
    for (; performance.now() < endsMs; await sleep(STEP_MS)) {
      if (!socket || socket.destroyed) {
        socket = open(port, way);
        if (head) socket.write(head, 'latin1');
      }
      if (socket.writableLength < MOST_WAITING_BYTES) socket.write(piece);
    }
    socket?.destroy();
  };

/** Opens many connections with the same beginning, and holds those that stay. */
export const crowd =
  (most: number, beginning: string | Buffer = '', way: Way = {}): Flood =>
  async (port) => {
    const sockets = Array.from({ length: most }, () => open(port, way));
    for (const socket of sockets) if (beginning.length > 0) socket.write(beginning, 'latin1' as BufferEncoding);
    await sleep(FLOOD_MS);
    for (const socket of sockets) socket.destroy();
  };

/** Opens and closes connections as fast as it can. */
export const churn =
  (beginning: string | Buffer = '', way: Way = {}): Flood =>
  async (port) => {
    const endsMs = performance.now() + FLOOD_MS;
    const sockets = new Set<Socket>();
    for (; performance.now() < endsMs; await sleep(STEP_MS)) {
      for (let n = 0; n < 20 && sockets.size < 100; n += 1) {
        const socket = open(port, way);
        sockets.add(socket.once('close', () => sockets.delete(socket)));
        if (beginning.length > 0) socket.write(beginning, 'latin1' as BufferEncoding);
        setTimeout(() => socket.destroy(), 20);
      }
    }
    for (const socket of sockets) socket.destroy();
  };

/** Sends one byte now and then, on many connections, after the same beginning. */
export const drip =
  (beginning: string, byte = 'x', way: Way = {}): Flood =>
  async (port) => {
    const endsMs = performance.now() + FLOOD_MS;
    const sockets = Array.from({ length: 60 }, () => open(port, way));
    for (const socket of sockets) if (beginning) socket.write(beginning, 'latin1');
    for (; performance.now() < endsMs; await sleep(STEP_MS)) for (const socket of sockets) socket.write(byte, 'latin1');
    for (const socket of sockets) socket.destroy();
  };

/** Sends datagrams as fast as it can. */
export const datagrams =
  (bytes: Buffer): Flood =>
  async (port) => {
    const endsMs = performance.now() + FLOOD_MS;
    const socket = createSocket('udp4').on('error', () => undefined);
    for (; performance.now() < endsMs; await sleep(1))
      for (let n = 0; n < 50; n += 1) socket.send(bytes, port, '127.0.0.1', () => undefined);
    await new Promise<void>((resolve) => void socket.close(() => resolve()));
  };
