/**
 * A relay between a program of ours and an RTSP server. The program gets an address on loopback without user and
 * password, so that they are never in its arguments. The relay logs in, follows redirects, and notes when something
 * arrives, so that a slow server is not taken for a dead one.
 */
import { randomBytes } from 'node:crypto';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { Credentials } from '#lib/runtime/access/digest.ts';
import { bytesOf, openCutter, valueOf, type Frame, type Message } from '../wire/pieces.ts';
import { RelayError, type RelayTrouble } from './trouble.ts';
import { openUdpLanes } from './udp-lanes.ts';
import { openUpstream, statusOf, type Upstream } from './upstream.ts';

/** The server, and the account to log in with. */
export interface RtspRelaySettings {
  /** Address of the server (`rtsp` or `rtsps`), without user and password. */
  url: string;
  credentials?: Credentials | undefined;
}

/** Observations of a relay; times are monotonic, in milliseconds, and 0 for never. */
export interface RtspRelaySeen {
  /** Time since which the server has owed an answer; 0 if it owes none. */
  askedMs: number;
  /** Time of the server's last answer. */
  answeredMs: number;
  /** Times of the last bytes from the server, and of the last packet of its picture. */
  bytesMs: number;
  pictureMs: number;
  /** The reason why no more media will come; undefined while it may. */
  trouble: RelayTrouble | undefined;
}

/** A relay for one connection of one program. */
export interface RtspRelay {
  /** Address for the program. */
  readonly url: string;
  seen(): RtspRelaySeen;
  /** Resolves when no connection is left. */
  close(): Promise<void>;
}

/** Bytes that may wait for the program; beyond them the relay reads no more from the server. */
const MOST_WAITING_BYTES = 4 << 20;

/** Starts a relay on a port of loopback. It takes one connection and no further one. */
export async function startRtspRelay(settings: RtspRelaySettings): Promise<RtspRelay> {
  const relay = new RunningRtspRelay(settings);
  await relay.listen();
  return relay;
}

class RunningRtspRelay implements RtspRelay {
  url = '';
  readonly #upstream: Upstream;
  readonly #listener = createServer((socket) => this.#enter(socket));
  readonly #lanes = openUdpLanes((track) => this.#onPacket(track));
  #client: Socket | undefined;
  #seen: RtspRelaySeen = { askedMs: 0, answeredMs: 0, bytesMs: 0, pictureMs: 0, trouble: undefined };
  /** Number of the track with the picture, and its channel, as the server chose it. */
  #pictureTrack = 0;
  #pictureChannel = 0;
  #tracks = 0;
  #requests: Message[] = [];
  #isBusy = false;

  constructor(settings: RtspRelaySettings) {
    this.#upstream = openUpstream(settings.url, settings.credentials, {
      onBytes: () => this.#onBytes(),
      onFrame: (frame) => this.#onFrame(frame),
      onEnd: (error) => this.#end(error),
    });
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#listener.once('error', reject);
      this.#listener.listen({ host: '127.0.0.1', port: 0 }, () => {
        const { port } = this.#listener.address() as AddressInfo;
        this.url = `rtsp://127.0.0.1:${port}/${randomBytes(8).toString('hex')}`;
        resolve();
      });
    });
  }

  seen(): RtspRelaySeen {
    return this.#seen;
  }

  async close(): Promise<void> {
    this.#seen.trouble ??= { kind: 'ended', words: 'closed' };
    this.#stopListening();
    this.#client?.destroy();
    this.#lanes.close();
    await this.#upstream.close();
  }

  #stopListening(): void {
    if (this.#listener.listening) this.#listener.close();
  }

  #enter(client: Socket): void {
    if (this.#client) return void client.destroy();
    this.#client = client;
    this.#stopListening();
    client.setNoDelay(true);
    const cutter = openCutter();
    client.on('error', () => undefined);
    client.on('close', () => void this.close());
    client.on('drain', () => this.#upstream.socket?.resume());
    client.on('data', (chunk) => {
      try {
        for (const piece of cutter.cut(chunk)) {
          if (piece.kind === 'frame') this.#upstream.send(piece.bytes);
          else this.#requests.push(piece);
        }
      } catch (error) {
        this.#end(new RelayError('ended', (error as Error).message));
      }
      if (!this.#isBusy) void this.#work();
    });
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    try {
      for (let request = this.#requests.shift(); request; request = this.#requests.shift()) await this.#serve(request);
    } catch (error) {
      this.#end(error instanceof RelayError ? error : new RelayError('answer', (error as Error).message));
    } finally {
      this.#isBusy = false;
    }
  }

  async #serve(request: Message): Promise<void> {
    const [method = '', uri = ''] = request.first.split(' ');
    const transport = valueOf(request.headers, 'transport');
    const isUdp = method === 'SETUP' && transport !== undefined && !/interleaved|\/TCP/i.test(transport);
    const offered =
      isUdp && this.#upstream.socket ? await this.#lanes.offer(transport, this.#upstream.socket) : transport;
    this.#seen.askedMs = performance.now();
    const reply = await this.#upstream.ask({
      ...request,
      first: `${method} ${this.#outside(uri)} RTSP/1.0`,
      headers: replaced(request.headers, 'transport', offered),
    });
    this.#seen.askedMs = 0;
    this.#seen.answeredMs = performance.now();
    const answered = valueOf(reply.headers, 'transport');
    if (method === 'DESCRIBE') this.#pictureTrack = pictureIn(reply.body.toString('latin1'));
    if (method === 'SETUP' && this.#tracks++ === this.#pictureTrack) this.#pictureChannel = channelIn(answered);
    const toClient =
      isUdp && answered !== undefined && statusOf(reply) === 200 ? this.#lanes.answer(answered) : answered;
    this.#reply(request, { ...reply, headers: replaced(reply.headers, 'transport', toClient) });
  }

  /** The address that the server knows, instead of the one that the program was given. */
  #outside(uri: string): string {
    return uri.startsWith(this.url) ? this.#upstream.url + uri.slice(this.url.length) : uri;
  }

  #reply(request: Message, { first, headers, body }: Message): void {
    const cseq = valueOf(request.headers, 'cseq') ?? '0';
    const kept = headers.filter(([name]) => !/^(cseq|www-authenticate)$/i.test(name));
    if (this.#client?.writable) this.#client.write(bytesOf({ first, headers: [['CSeq', cseq], ...kept], body }));
  }

  #onBytes(): void {
    this.#seen.bytesMs = performance.now();
    const client = this.#client;
    if (!client) return;
    // All packets of a piece are written at once.
    client.cork();
    process.nextTick(() => client.uncork());
  }

  #onFrame({ channel, bytes }: Frame): void {
    if (channel === this.#pictureChannel) this.#seen.pictureMs = performance.now();
    if (!this.#client?.writable) return;
    this.#client.write(bytes);
    if (this.#client.writableLength > MOST_WAITING_BYTES) this.#upstream.socket?.pause();
  }

  #onPacket(track: number): void {
    this.#seen.bytesMs = performance.now();
    if (track === this.#pictureTrack) this.#seen.pictureMs = this.#seen.bytesMs;
  }

  /** Ends both sides. The program gets a refusal after which it does not try again. */
  #end({ kind, message }: RelayError): void {
    if (this.#seen.trouble) return;
    this.#seen.trouble = { kind, words: message };
    this.#seen.askedMs = 0;
    if (this.#client?.writable) this.#client.end('RTSP/1.0 403 Forbidden\r\nCSeq: 0\r\n\r\n');
    void this.#upstream.close();
    setTimeout(() => void this.close(), LINGER_MS).unref();
  }
}

/** Time in milliseconds for which the program may still read after the server has closed. */
const LINGER_MS = 500;

/** The number of the first track with a picture in a description. */
function pictureIn(sdp: string): number {
  const kinds = [...sdp.matchAll(/^m=(\w+)/gm)].map(([, kind]) => kind);
  return Math.max(0, kinds.indexOf('video'));
}

const channelIn = (transport = ''): number => Number(/\binterleaved=(\d{1,3})/i.exec(transport)?.[1] ?? 0);

function replaced(headers: Message['headers'], name: string, value: string | undefined): Message['headers'] {
  if (value === undefined) return headers;
  return headers.map(([one, old]) => [one, one.toLowerCase() === name ? value : old] as const);
}
