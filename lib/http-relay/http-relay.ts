/**
 * A relay between a program of ours and an HTTP server. The program gets an address on loopback. The relay adds user,
 * password and query (which often has a token in it), so that they are never in the program's arguments.
 */
import { createServer, request as requestHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import type { Credentials } from '#lib/runtime/access/digest.ts';
import { openLogin } from '#lib/runtime/access/login.ts';
import { socketWords } from '#lib/runtime/troubles/unreachable.ts';
import { isOwnClient } from './own-client.ts';

/** The HTTP source that is read through the relay. */
export interface HttpSource {
  /** HTTP or HTTPS, without user and password. */
  url: string;
  credentials: Credentials | undefined;
}

/** A relay for one program, for as many requests as it makes. */
export interface HttpRelay {
  /** Address for the program: the same path, without the query. */
  readonly url: string;
  /** The reason why the server cannot be reached, in words; undefined if it can. */
  trouble(): string | undefined;
  /** Ends all connections. */
  close(): void;
}

/** Headers of the program's request that are sent on to the server; others are dropped. */
const ASKED = ['accept', 'range', 'user-agent', 'icy-metadata', 'cookie', 'referer'];
/**
 * Headers of the server's answer that the program does not get: those of one connection, and demands for a login, which
 * the relay answers.
 */
const OWN = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'www-authenticate',
  'proxy-authenticate',
]);
/**
 * Number of tries of one request: without a login, with it, and once more if its nonce was too old. After that the
 * program gets the 401.
 */
const MOST_TRIES = 3;

/** Starts a relay on a port of loopback, for programs of our own user alone. Rejects if there is no port. */
export async function startHttpRelay(source: HttpSource): Promise<HttpRelay> {
  const relay = new RunningHttpRelay(source);
  await relay.listen();
  return relay;
}

class RunningHttpRelay implements HttpRelay {
  readonly #first: URL;
  readonly #login: ReturnType<typeof openLogin>;
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((asked, answer) => {
    this.#serve(asked, answer).catch((error: unknown) => this.#fail(answer, error));
  });
  /** Origin of the server; a redirect from HTTP to HTTPS on the same host changes it. */
  #origin: string;
  #trouble: string | undefined;

  constructor({ url, credentials }: HttpSource) {
    this.#first = new URL(url);
    this.#origin = this.#first.origin;
    this.#login = openLogin(credentials, true);
    this.#server.on('connection', (socket: Socket) => this.#keep(socket));
  }

  get url(): string {
    return `${this.#here}${this.#first.pathname}`;
  }

  trouble(): string | undefined {
    return this.#trouble;
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject).listen({ host: '127.0.0.1', port: 0 }, resolve);
    });
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  get #here(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo | null)?.port ?? 0}`;
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => this.#sockets.delete(socket));
  }

  async #serve(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = asked;
    const isRead = method === 'GET' || method === 'HEAD';
    if (!isRead || !url.startsWith('/') || !(await isOwnClient(asked.socket))) return void answer.writeHead(403).end();
    const got = await this.#fetched(method, this.#realPath(url), asked);
    if (answer.destroyed) return void got.destroy();
    this.#trouble = undefined;
    answer.writeHead(got.statusCode ?? 502, this.#told(got));
    await pipeline(got, answer);
  }

  /** A path as the server knows it; the source's path gets its query back. */
  #realPath(path: string): string {
    return path === this.#first.pathname ? `${path}${this.#first.search}` : path;
  }

  async #fetched(method: string, path: string, asked: IncomingMessage): Promise<IncomingMessage> {
    for (let tries = 1; ; tries++) {
      const sent = this.#login.answer(method, path);
      const got = await this.#send(method, path, asked, sent);
      if (got.statusCode !== 401 || tries === MOST_TRIES) return got;
      // Another request may have logged in meanwhile.
      const isKnown = sent === undefined && this.#login.answer(method, path) !== undefined;
      const headers = (got.headersDistinct['www-authenticate'] ?? []).map(
        (value) => ['www-authenticate', value] as const,
      );
      if (!isKnown && !this.#login.challenged({ headers })) return got;
      got.destroy();
    }
  }

  #send(method: string, path: string, asked: IncomingMessage, login: string | undefined): Promise<IncomingMessage> {
    const kept = ASKED.flatMap((name) => (asked.headers[name] === undefined ? [] : [[name, asked.headers[name]]]));
    const headers = Object.fromEntries([...kept, ...(login === undefined ? [] : [['authorization', login]])]);
    const to = new URL(path, this.#origin);
    return new Promise((resolve, reject) => {
      // Certificates are not checked, as by FFmpeg, since cameras sign their own.
      const request =
        to.protocol === 'https:'
          ? requestHttps(to, { method, headers, agent: false, rejectUnauthorized: false }, resolve)
          : requestHttp(to, { method, headers, agent: false }, resolve);
      request.once('error', reject).once('socket', (socket: Socket) => this.#keep(socket));
      asked.socket.once('close', () => request.destroy());
      request.end();
    });
  }

  #told({ headers, statusCode = 0 }: IncomingMessage): Record<string, string | string[]> {
    const told = Object.entries(headers).flatMap(([name, value]): [string, string | string[]][] =>
      value === undefined || OWN.has(name) ? [] : [[name, value]],
    );
    const { location } = headers;
    const isMoved = location !== undefined && statusCode >= 300 && statusCode < 400;
    return Object.fromEntries([...told, ...(isMoved ? [['location', this.#redirect(location)]] : [])]);
  }

  /**
   * The address of a redirect for the program: through the relay if it stays on the same server; else unchanged,
   * without the password.
   */
  #redirect(location: string): string {
    if (!URL.canParse(location, this.#origin)) return location;
    const to = new URL(location, new URL(this.#first.pathname, this.#origin));
    const from = new URL(this.#origin);
    const isSecured = from.protocol === 'http:' && to.protocol === 'https:' && to.hostname === from.hostname;
    if (to.origin !== from.origin && !isSecured) return to.href;
    this.#origin = to.origin;
    return `${this.#here}${to.pathname}${to.search}`;
  }

  #fail(answer: ServerResponse, error: unknown): void {
    if (answer.headersSent || answer.destroyed) return void answer.destroy();
    this.#trouble = socketWords(error);
    answer.writeHead(502).end();
  }
}
