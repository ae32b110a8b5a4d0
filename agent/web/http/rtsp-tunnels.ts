import type { IncomingMessage, RequestListener } from 'node:http';
import { connect, type Socket } from 'node:net';

/** Host and port of the RTSP server of the box, as reached from the box itself. */
export interface RtspPlace {
  host: string;
  port: number;
}

/** Halves of RTSP in HTTP that came to the port of the pages. */
export interface RtspTunnels {
  /** Serves a tunnel's half, and all else by `answer`. */
  before(answer: RequestListener): RequestListener;
  /** Whether this connection was handed over: rules of HTTP, as the time for a whole request, do not count for it. */
  holds(socket: Socket): boolean;
}

/** Characters of `x-sessioncookie`; a request with more is served as an ordinary one. */
const MOST_COOKIE = 256;

/**
 * Hands players that speak RTSP in HTTP (a GET for media, a POST for requests, tied by `x-sessioncookie`) to the RTSP
 * server, which asks for the password itself. All of them have one address there, that of the box, also for its limits.
 * `placeOf` gives where the RTSP server listens.
 */
export function openRtspTunnels(placeOf: () => Promise<RtspPlace>): RtspTunnels {
  const upstreams = new WeakMap<Socket, Socket>();
  return {
    before: (answer) => (request, reply) => {
      if (!isHalf(request)) return answer(request, reply);
      const { socket } = request;
      reply.once('close', () => upstreams.get(socket)?.destroy());
      void placeOf().then(
        (place) => join(request, place, upstreams),
        () => socket.destroy(),
      );
    },
    holds: (socket) => upstreams.has(socket),
  };
}

function isHalf({ method, headers }: IncomingMessage): boolean {
  const { 'x-sessioncookie': cookie, accept, 'content-type': type } = headers;
  if (typeof cookie !== 'string' || cookie.length > MOST_COOKIE || !/^\S+$/.test(cookie)) return false;
  const kind = method === 'GET' ? accept : method === 'POST' ? type : undefined;
  return kind?.includes('application/x-rtsp-tunnelled') ?? false;
}

function join(request: IncomingMessage, { host, port }: RtspPlace, upstreams: WeakMap<Socket, Socket>): void {
  const { socket, method, headers } = request;
  if (socket.destroyed) return;
  upstreams.get(socket)?.destroy();
  const upstream = connect({ host, port });
  upstreams.set(socket, upstream);
  socket.setTimeout(0);
  upstream.on('error', () => undefined);
  upstream.once('close', () => socket.destroy());
  socket.once('close', () => upstream.destroy());
  upstream.write(`${method} / HTTP/1.0\r\nx-sessioncookie: ${String(headers['x-sessioncookie'])}\r\n\r\n`);
  const send = (chunk: Buffer): void => {
    if (!upstream.write(chunk)) socket.pause();
  };
  // The bytes that came with the head follow; from here on nothing is HTTP, and the body may be longer than was told.
  request.on('error', () => undefined);
  request.on('data', send);
  socket.removeAllListeners('data');
  socket.on('data', send);
  socket.resume();
  upstream.on('drain', () => socket.resume());
  // The RTSP server's answer is HTTP already.
  upstream.pipe(socket);
}
