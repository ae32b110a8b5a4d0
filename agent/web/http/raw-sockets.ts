import { STATUS_CODES, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { networkOf } from '#lib/runtime/addresses.ts';
import { refused } from '#lib/http-api/refusal.ts';
import { refusalBody } from './reply.ts';

const STATUS: Record<string, [status: number, text: string]> = {
  HPE_HEADER_OVERFLOW: [431, 'the headers are larger than is taken here'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'the request took too long to come'],
};

/** Time for which a refused client may take to read why. */
const REFUSAL_MS = 2000;

/** Answers what is no HTTP or came too slowly, and closes the connection. */
export function refuseRawly(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  setTimeout(() => socket.destroy(), REFUSAL_MS).unref();
  const [status, text] = STATUS[error.code ?? ''] ?? [400, 'this is no HTTP request that can be read'];
  const body = JSON.stringify(refusalBody(refused(status, 'bad_request', text)));
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: application/json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}

/** Requests that one connection may have sent ahead of their answers. Browsers send none; who sends more is cut off. */
const MOST_AHEAD = 16;

/** Serves what comes on a connection; one that sends requests without waiting for answers is cut off. */
export function boundPipelines(answer: RequestListener): RequestListener {
  const ahead = new WeakMap<Socket, number>();
  return (request, reply) => {
    const { socket } = request;
    const waiting = (ahead.get(socket) ?? 0) + 1;
    if (socket.destroyed) return;
    if (waiting > MOST_AHEAD) return void socket.destroy();
    ahead.set(socket, waiting);
    reply.once('close', () => ahead.set(socket, (ahead.get(socket) ?? 1) - 1));
    answer(request, reply);
  };
}

/** Limits the connections of one address, so that it cannot take all of them. */
export function limitPerAddress(server: Pick<Server, 'on'>, most: number): void {
  const counts = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = networkOf(socket.remoteAddress ?? '');
    const count = (counts.get(address) ?? 0) + 1;
    if (count > most) return void socket.destroy();
    counts.set(address, count);
    socket.once('close', () => {
      const left = (counts.get(address) ?? 1) - 1;
      if (left > 0) counts.set(address, left);
      else counts.delete(address);
    });
  });
}
