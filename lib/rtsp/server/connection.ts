/** One TCP connection: bytes in, replies out in order. Everything that can wait is limited. */
import type { Socket } from 'node:net';
import { plainAddress } from '#lib/runtime/addresses.ts';
import { openAllowance } from '#lib/runtime/allowance.ts';
import { openTurns, restReading } from '#lib/runtime/turns.ts';
import { openNonce } from './access.ts';
import type { ServedConnection, ServerContext, TunnelEnd } from './server-context.ts';
import { formatReply, openParser, ProtocolError, type Request } from '../wire/message.ts';
import { serve, type Client } from './methods.ts';
import type { PlaySession } from './play-session.ts';
import type { RecordSession } from './record-session.ts';
import { openBase64, TUNNEL_ANSWER, tunnelHead } from './tunnel.ts';

/** A connection of a client; made by `openConnection`. */
export interface Connection extends ServedConnection {
  readonly closed: Promise<void>;
}

/** Bytes of replies that may wait for a client; with more, the client reads none and is disconnected. */
const MAX_UNREAD_BYTES = 256 << 10;
/**
 * Bytes that may wait in the socket besides the player's own queue: its replies, and the batch that was sent last. A
 * connection with more is closed.
 */
const QUEUE_SLACK_BYTES = 4 << 20;
/**
 * Limits of requests, frames and bytes: how many at once, and how many per second. A client that sends more, and no
 * media, is disconnected.
 */
const REQUESTS = [300, 100] as const;
const FRAMES = [2000, 500] as const;
const BYTES = [1 << 20, 128 << 10] as const;
/** Time in milliseconds for which a client may read the last reply; then the connection is closed. */
const LINGER_MS = 1000;

/** Serves one connection until it closes. */
export function openConnection(socket: Socket, context: ServerContext): Connection {
  return new SocketConnection(socket, context);
}

class SocketConnection implements Connection, Client {
  readonly socket: Socket;
  readonly remoteAddress: string;
  readonly localAddress: string;
  readonly nonce = openNonce();
  readonly closed: Promise<void>;
  session: PlaySession | RecordSession | undefined;
  isClosed = false;
  readonly #context: ServerContext;
  readonly #parser = openParser();
  readonly #turns = openTurns();
  readonly #mayAsk = openAllowance(...REQUESTS);
  readonly #mayFrame = openAllowance(...FRAMES);
  readonly #maySend = openAllowance(...BYTES);
  /** The first bytes, until it is known whether the connection is half of a tunnel; then undefined. */
  #head: Buffer | undefined = Buffer.alloc(0);
  /** The tunnel's other half, which gets the requests, if this half brings them. */
  #getHalf: TunnelEnd | undefined;
  #isBusy = false;
  #isEnding = false;
  /** The session that the last sweep found, since when it has been there, and whether media has flowed in it. */
  #swept: { session: PlaySession | RecordSession; sinceMs: number; hasFlowed: boolean } | undefined;
  #afterReply: (() => void)[] = [];
  #heardMs = performance.now();
  /** Monotonic time at which the unfinished message began. */
  #beganMs = performance.now();
  #requests = 0;
  #flushedBytes = 0;
  #flushedMs = performance.now();

  constructor(socket: Socket, context: ServerContext) {
    this.socket = socket;
    this.#context = context;
    this.remoteAddress = plainAddress(socket.remoteAddress);
    this.localAddress = plainAddress(socket.localAddress);
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#hear(chunk));
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.isClosed = true;
        this.endSession('connection closed');
        resolve();
      });
    });
  }

  write(bytes: Buffer): void {
    if (this.socket.writable) this.socket.write(bytes);
  }

  afterReply(act: () => void): void {
    this.#afterReply.push(act);
  }

  endSession(reason: string): void {
    const { session } = this;
    if (!session) return;
    this.session = undefined;
    session.close();
    const { path, id, role } = session;
    this.#context.log.info({ path, session: id, role, address: this.remoteAddress, reason }, 'session ends');
  }

  end(reason: string): void {
    if (this.#isEnding) return;
    this.session?.sayGoodbye();
    this.endSession(reason);
    this.#isEnding = true;
    this.socket.end();
    this.socket.resume();
    setTimeout(() => this.socket.destroy(), LINGER_MS).unref();
  }

  sweep(nowMs: number): void {
    if (this.isClosed || this.#isEnding) return;
    const reason = this.#overdue(nowMs);
    if (reason) this.end(reason);
  }

  #overdue(nowMs: number): string | undefined {
    const { session } = this;
    const timeoutMs = this.#context.sessionTimeoutSeconds * 1000;
    const requestMs = this.#context.requestTimeoutSeconds * 1000;
    if (this.#getHalf) return this.#getHalf.isOpen() ? undefined : 'the tunnel is closed';
    if (this.#isUnused(nowMs)) return 'does not play';
    if (this.#isBusy) return undefined;
    if (this.#parser.inTheMiddle() && nowMs - this.#beganMs > requestMs) return 'a request that does not end';
    if (this.#isStuck(nowMs, timeoutMs)) return 'takes nothing any more';
    if (!session) {
      const allowedMs = this.#requests === 0 ? requestMs : timeoutMs;
      return nowMs - this.#heardMs > allowedMs ? 'silent' : undefined;
    }
    if (session.isRefused) return 'nobody listens at its ports';
    if (session.livesByConnection) return undefined;
    return nowMs - session.lastHeardMs > timeoutMs ? 'no sign of life' : undefined;
  }

  #isUnused(nowMs: number): boolean {
    const { session } = this;
    if (!session) return false;
    if (this.#swept?.session !== session) this.#swept = { session, sinceMs: nowMs, hasFlowed: false };
    this.#swept.hasFlowed ||= session.state === 'flowing';
    return !this.#swept.hasFlowed && nowMs - this.#swept.sinceMs > this.#context.unusedSeconds * 1000;
  }

  #isStuck(nowMs: number, timeoutMs: number): boolean {
    const flushed = this.socket.bytesWritten - this.socket.writableLength;
    if (this.socket.writableLength === 0 || flushed !== this.#flushedBytes) {
      this.#flushedBytes = flushed;
      this.#flushedMs = nowMs;
    }
    return nowMs - this.#flushedMs > timeoutMs;
  }

  /** Finds out whether the connection is half of a tunnel, and takes its bytes as such. */
  #hear(chunk: Buffer): void {
    if (this.#head === undefined) return this.#take(chunk);
    const head = tunnelHead((this.#head = Buffer.concat([this.#head, chunk])));
    if (head === 'more') return;
    const bytes = this.#head;
    this.#head = undefined;
    if (head === undefined) return this.#take(bytes);
    const name = `${this.remoteAddress} ${head.cookie}`;
    if (head.half === 'GET') this.#openTunnel(name);
    else this.#joinTunnel(name, head.rest);
  }

  #openTunnel(name: string): void {
    const { tunnels } = this.#context;
    if (tunnels.has(name)) return this.end('a tunnel with a cookie that is taken');
    const own: TunnelEnd = { take: (bytes) => this.#take(bytes), isOpen: () => !this.isClosed && !this.#isEnding };
    tunnels.set(name, own);
    void this.closed.then(() => tunnels.delete(name));
    this.#say(TUNNEL_ANSWER);
  }

  #joinTunnel(name: string, rest: Buffer): void {
    const getHalf = this.#context.tunnels.get(name);
    if (!getHalf) return this.end('a tunnel without its GET');
    this.#getHalf = getHalf;
    const decode = openBase64();
    const pass = (bytes: Buffer): void => {
      this.#heardMs = performance.now();
      if (getHalf.isOpen()) getHalf.take(decode(bytes));
      else this.end('the tunnel is closed');
    };
    this.socket.removeAllListeners('data');
    this.socket.on('data', pass);
    pass(rest);
  }

  #take(chunk: Buffer): void {
    if (this.#isEnding) return;
    if (this.session?.role !== 'record' && !this.#maySend.take(chunk.length)) return this.end('too many bytes at once');
    if (!this.#parser.inTheMiddle()) this.#beganMs = performance.now();
    this.#parser.feed(chunk);
    if (!this.#isBusy) void this.#work();
  }

  /** Serves the requests one after the other. It must not throw, since that would end the process. */
  async #work(): Promise<void> {
    this.#isBusy = true;
    try {
      for (let next = this.#parser.next(); next && !this.#isEnding; next = this.#parser.next()) {
        if (!this.#isModest(next.kind)) return this.end('too much at once');
        if (next.kind === 'frame') this.session?.frame(next.channel, next.payload);
        else await this.#answer(next.request);
        this.#beganMs = performance.now();
        await restReading(this.socket, this.#turns);
      }
    } catch (error) {
      this.#refuse(error);
    } finally {
      this.#isBusy = false;
    }
  }

  #isModest(kind: 'frame' | 'request'): boolean {
    if (kind === 'request') return this.#mayAsk.take(1);
    return this.session?.role === 'record' || this.#mayFrame.take(1);
  }

  async #answer(request: Request): Promise<void> {
    this.#requests += 1;
    this.#heardMs = performance.now();
    const cseq = /^\d{1,10}$/.exec(request.headers.get('cseq') ?? '')?.[0];
    // While this request is served, further bytes stay in the kernel.
    this.socket.pause();
    const reply = await serve(this.#context, this, request).catch((error: unknown) => {
      this.#context.log.error({ err: error, method: request.method }, 'RTSP request failed');
      return { status: 500 };
    });
    this.#say(formatReply(reply, cseq));
    for (const act of this.#afterReply.splice(0)) act();
    this.socket.resume();
    const limit =
      this.session?.state === 'flowing' ? this.#context.maxQueueBytes + QUEUE_SLACK_BYTES : MAX_UNREAD_BYTES;
    if (this.socket.writableLength > limit) this.socket.destroy();
  }

  #refuse(error: unknown): void {
    const status = error instanceof ProtocolError ? error.status : 500;
    const reason = error instanceof Error ? error.message : String(error);
    this.#context.log.debug({ address: this.remoteAddress, reason }, 'RTSP connection refused');
    this.#say(formatReply({ status, headers: { Connection: 'close' } }, undefined));
    this.end(reason);
  }

  #say(text: string): void {
    if (this.socket.writable) this.socket.write(text);
  }
}
