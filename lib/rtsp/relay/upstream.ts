import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Credentials } from '#lib/runtime/access/digest.ts';
import { bytesOf, openCutter, valueOf, type Frame, type Message } from '../wire/pieces.ts';
import { openLogin, type Login } from '#lib/runtime/access/login.ts';
import { RelayError, unreachable } from './trouble.ts';

/** A connection to an RTSP server: it logs in and follows redirects. */
export interface Upstream {
  /** The address that is asked, after redirects; without user and password. */
  readonly url: string;
  readonly socket: Socket | undefined;
  /** Sends a request and gives its reply. Rejects with a RelayError. Requests are sent one at a time. */
  ask(request: Message): Promise<Message>;
  send(frame: Buffer): void;
  /** Resolves when its socket is closed: no connection is left. */
  close(): Promise<void>;
}

/** Calls of an upstream to its owner. */
export interface UpstreamEvents {
  onFrame(frame: Frame): void;
  /** Called for each piece of data. */
  onBytes(): void;
  /** Called once when the connection ended by itself. */
  onEnd(error: RelayError): void;
}

/** Number of redirects in a row; a further one is an error, since addresses that name each other would never end. */
const MOST_REDIRECTS = 5;
/** Number of logins for one request; after them the login has failed, since a server could ask for ever. */
const MOST_LOGINS = 3;
/** Time for a connection to be made, in milliseconds; after it, the server counts as unreachable. */
const CONNECT_MS = 10_000;
/** Requests that come before any track is set up: they may be redirected to another address. */
const MAY_MOVE = new Set(['OPTIONS', 'DESCRIBE', 'ANNOUNCE']);
const DEFAULT_PORTS = new Map([
  ['rtsp:', 554],
  ['rtsps:', 322],
]);

/** Opens an upstream; it connects with the first request. `url` has no user and password. */
export function openUpstream(url: string, credentials: Credentials | undefined, events: UpstreamEvents): Upstream {
  return new RtspUpstream(url, credentials, events);
}

class RtspUpstream implements Upstream {
  url: string;
  socket: Socket | undefined;
  readonly #first: string;
  readonly #credentials: Credentials | undefined;
  readonly #events: UpstreamEvents;
  #login: Login;
  #cseq = 0;
  #redirects = 0;
  #waiting: { take: (reply: Message) => void; fail: (error: RelayError) => void } | undefined;
  #closed = false;

  constructor(url: string, credentials: Credentials | undefined, events: UpstreamEvents) {
    this.#first = this.url = url;
    this.#credentials = credentials;
    this.#events = events;
    this.#login = openLogin(credentials, true);
  }

  async ask(request: Message): Promise<Message> {
    let [method = '', uri = ''] = request.first.split(' ');
    for (let logins = 0; ;) {
      const reply = await this.#askOnce(method, uri, request);
      const status = statusOf(reply);
      if (status === 401) {
        if (this.#login.challenged(reply) && ++logins <= MOST_LOGINS) continue;
        throw new RelayError('login', this.#loginWords());
      }
      const location = valueOf(reply.headers, 'location');
      if (status < 300 || status > 399 || !location || !MAY_MOVE.has(method)) return reply;
      await this.#follow(status, location);
      uri = this.url;
    }
  }

  #loginWords(): string {
    if (!this.#credentials) return '401 Unauthorized: the source wants a user name and a password';
    return '401 Unauthorized: the source refuses this user name or password';
  }

  async #follow(status: number, location: string): Promise<void> {
    if (++this.#redirects > MOST_REDIRECTS)
      throw new RelayError(
        'redirects',
        `more than ${MOST_REDIRECTS} redirects: the source names one address after the other`,
      );
    const next = URL.canParse(location, this.url) ? new URL(location, this.url) : undefined;
    if (!next || !DEFAULT_PORTS.has(next.protocol))
      throw new RelayError('redirects', `a redirect (${status}) to what is no RTSP address`);
    next.username = next.password = '';
    const sameHost = next.hostname === new URL(this.#first).hostname;
    await this.#hangUp();
    this.url = next.href;
    this.#login = openLogin(this.#credentials, sameHost);
  }

  send(frame: Buffer): void {
    if (this.socket?.writable) this.socket.write(frame);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#hangUp();
  }

  async #hangUp(): Promise<void> {
    const { socket } = this;
    this.socket = undefined;
    if (!socket || socket.closed) return;
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.destroy();
    await closed;
  }

  async #askOnce(method: string, uri: string, request: Message): Promise<Message> {
    const socket = this.socket ?? (await this.#connect());
    const replied = new Promise<Message>((take, fail) => (this.#waiting = { take, fail }));
    const answer = this.#login.answer(method, uri, request.body);
    const headers = request.headers.filter(([name]) => !/^(cseq|authorization)$/i.test(name));
    const own: Message['headers'] = [
      ['CSeq', String(++this.#cseq)],
      ...(answer ? [['Authorization', answer] as const] : []),
    ];
    socket.write(bytesOf({ first: `${method} ${uri} RTSP/1.0`, headers: [...own, ...headers], body: request.body }));
    try {
      return await replied;
    } finally {
      this.#waiting = undefined;
    }
  }

  async #connect(): Promise<Socket> {
    if (this.#closed) throw new RelayError('ended', 'closed');
    const socket = await dial(this.url);
    if (this.#closed) {
      socket.destroy();
      throw new RelayError('ended', 'closed');
    }
    const cutter = openCutter();
    const end = (error: RelayError): void => {
      if (this.socket !== socket) return;
      this.socket = undefined;
      socket.destroy();
      this.#waiting?.fail(error);
      this.#events.onEnd(error);
    };
    socket.on('data', (chunk) => {
      this.#events.onBytes();
      try {
        for (const piece of cutter.cut(chunk)) this.#take(socket, piece);
      } catch (error) {
        end(new RelayError('answer', `the source does not speak RTSP: ${(error as Error).message}`));
      }
    });
    socket.on('error', (error) => end(unreachable(error)));
    socket.on('close', () => end(new RelayError('ended', 'the source closed the connection')));
    return (this.socket = socket);
  }

  #take(socket: Socket, piece: Message | Frame): void {
    if (piece.kind === 'frame') return this.#events.onFrame(piece);
    // A reply with a status of 100 to 199 only says that the answer is under way.
    if (/^RTSP\/\d\.\d 1\d\d\b/.test(piece.first)) return;
    if (/^RTSP\/\d/.test(piece.first)) return this.#waiting?.take(piece);
    // A request of the server asks whether its client is still there.
    const cseq = valueOf(piece.headers, 'cseq') ?? '0';
    socket.write(bytesOf({ first: 'RTSP/1.0 200 OK', headers: [['CSeq', cseq]], body: Buffer.alloc(0) }));
  }
}

/** The status of a reply; 0 if there is none. */
export const statusOf = ({ first }: Message): number => Number(/^RTSP\/\d\.\d (\d{3})\b/.exec(first)?.[1] ?? 0);

/** Connects to the host of a URL. Rejects with a RelayError. */
function dial(url: string): Promise<Socket> {
  const { protocol, hostname, port } = new URL(url);
  const at = { host: hostname.replaceAll(/^\[|\]$/g, ''), port: Number(port) || DEFAULT_PORTS.get(protocol)! };
  // Certificates are not checked, since cameras sign their own; FFmpeg does not check them either.
  const isTls = protocol === 'rtsps:';
  const socket = isTls ? connectTls({ ...at, rejectUnauthorized: false }) : connect(at);
  socket.setNoDelay(true);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail(Object.assign(new Error(), { code: 'ETIMEDOUT' })), CONNECT_MS);
    const fail = (error: Error): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(unreachable(error));
    };
    socket.once('error', fail);
    socket.once(isTls ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer);
      socket.off('error', fail);
      resolve(socket);
    });
  });
}
