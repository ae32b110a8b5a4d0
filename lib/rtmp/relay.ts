/**
 * A relay between a program of ours and an RTMP server. The program gets an address on loopback with made-up names. The
 * relay puts application, stream (which is often a key) and the answer to a login into the program's commands, so that
 * they are never in its arguments.
 */
import { randomBytes } from 'node:crypto';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { socketWords } from '#lib/runtime/troubles/unreachable.ts';
import { percentDecoded } from '#lib/runtime/texts/percent.ts';
import { withTexts } from './amf.ts';
import { chunksOf, openChunkReader, SET_CHUNK_SIZE } from './chunks.ts';
import { loginQuery, openVerdict, refusedLogin, type RtmpAccount } from './login.ts';

/** A relay for one connection of one program. */
export interface RtmpRelay {
  /** Address for the program. */
  readonly url: string;
  /** The reason why the server cannot be reached, in words. */
  trouble(): string | undefined;
  close(): void;
}

/** The parts of an address that a client sends in its commands. */
export interface RtmpPlace {
  app: string;
  /** The stream, which is often a key; empty if there is none. */
  stream: string;
  tcUrl: string;
}

const HANDSHAKE_BYTES = 1 + 1536 + 1536;
const OUT_CHUNK_BYTES = 65_536;
const COMMAND = 20;
const DEFAULT_PORTS = new Map([
  ['rtmp:', 1935],
  ['rtmps:', 443],
]);

/** Whether an address can be relayed: RTMP or RTMPS. */
export function canRelay(url: string): boolean {
  return URL.canParse(url) && DEFAULT_PORTS.has(new URL(url).protocol);
}

/**
 * The place that FFmpeg makes of an address without user and password: if the path has three parts, the first two are
 * the application.
 */
export function placeOfRtmp(url: string): RtmpPlace {
  const [, origin = '', path = ''] = /^(rtmps?:\/\/[^/?#]*)\/*(.*)$/is.exec(url) ?? [];
  const bare = path.split('?')[0]!;
  const [first = '', second, third] = bare.split('/');
  const split =
    second === undefined ? -1 : first.length + (third === undefined || second.includes(':') ? 0 : 1 + second.length);
  const app = split < 0 ? path : path.slice(0, split);
  return {
    app,
    stream: split < 0 ? '' : path.slice(split + 1).replace(/\.flv$/, ''),
    tcUrl: `${origin.replace(/\/\/.*@/s, '//')}/${app}`,
  };
}

/**
 * Starts a relay on a port of loopback. It takes one connection and no further one. `account` is used instead of the
 * one in the address.
 */
export async function startRtmpRelay(url: string, account = accountIn(url)): Promise<RtmpRelay> {
  const real = placeOfRtmp(url);
  const app = randomBytes(8).toString('hex');
  const stream = real.stream === '' ? '' : randomBytes(8).toString('hex');
  const sockets: Socket[] = [];
  let trouble: string | undefined;
  const close = (): void => {
    if (listener.listening) listener.close();
    for (const socket of sockets) socket.destroy();
  };
  /** Opens a connection that is closed together with the relay. */
  const dialled = (): Socket => {
    const server = dial(url).on('error', () => undefined);
    sockets.push(server);
    return server;
  };
  const join = (client: Socket, query: string): void => {
    if (client.destroyed) return;
    const server = dialled().on('error', (error) => (trouble = socketWords(error)));
    for (const socket of [client, server]) socket.once('close', close);
    if (query !== '') hearVerdict(server, (words) => (trouble = words));
    server.pipe(client);
    const change = changer([
      [local.tcUrl, `${real.tcUrl}${query}`],
      [local.app, `${real.app}${query}`],
      ...(stream === '' ? [] : [[local.stream, real.stream] as const]),
    ]);
    client.on('data', (chunk) => {
      try {
        if (!server.write(change(chunk))) client.pause();
      } catch {
        close();
      }
    });
    server.on('drain', () => client.resume());
    client.once('end', () => server.end());
  };
  const listener = createServer((client) => {
    listener.close();
    sockets.push(client.on('error', () => undefined));
    if (!account) return join(client, '');
    client.once('close', close);
    loginQuery(real, account, dialled).then(
      (query) => join(client, query),
      (error: unknown) => {
        trouble = socketWords(error);
        close();
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen({ host: '127.0.0.1', port: 0 }, resolve);
  });
  const origin = `rtmp://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  const local: RtmpPlace = { app, stream, tcUrl: `${origin}/${app}` };
  return { url: stream === '' ? local.tcUrl : `${local.tcUrl}/${stream}`, trouble: () => trouble, close };
}

/** Reports why a login was refused, since FFmpeg does not say it. */
function hearVerdict(server: Socket, onRefused: (words: string) => void): void {
  const read = openVerdict();
  const hear = (piece: Buffer): void => {
    try {
      const verdict = read(piece);
      if (!verdict) return;
      const words = refusedLogin(verdict.refusal);
      if (words !== undefined) onRefused(words);
    } catch {
      // FFmpeg reports what is wrong with the bytes.
    }
    server.off('data', hear);
  };
  server.on('data', hear);
}

function accountIn(url: string): RtmpAccount | undefined {
  const { username, password } = new URL(url);
  return username === '' ? undefined : { user: username, password: percentDecoded(password) };
}

function dial(url: string): Socket {
  const { protocol, hostname, port } = new URL(url);
  const at = { host: hostname.replaceAll(/^\[|\]$/g, ''), port: Number(port) || DEFAULT_PORTS.get(protocol)! };
  const socket =
    protocol === 'rtmps:' ? connectTls({ ...at, servername: at.host, rejectUnauthorized: false }) : connect(at);
  return socket.setNoDelay(true);
}

/**
 * Makes the function that changes what a client sends: the handshake is left as it is, texts in commands are replaced.
 */
function changer(pairs: readonly (readonly [from: string, to: string])[]): (chunk: Buffer) => Buffer {
  const reader = openChunkReader();
  let handshake = HANDSHAKE_BYTES;
  const exchanged = (text: string): string => pairs.find(([from]) => from === text)?.[1] ?? text;
  return (chunk) => {
    const head = chunk.subarray(0, handshake);
    handshake -= head.length;
    const parts = [head];
    if (handshake === 0 && head.length > 0) parts.push(chunksOf(chunkSize(OUT_CHUNK_BYTES), OUT_CHUNK_BYTES));
    for (const message of reader.read(chunk.subarray(head.length))) {
      if (message.type === SET_CHUNK_SIZE) continue;
      const payload = message.type === COMMAND ? withTexts(message.payload, exchanged) : message.payload;
      parts.push(chunksOf({ ...message, payload }, OUT_CHUNK_BYTES));
    }
    return Buffer.concat(parts);
  };
}

function chunkSize(bytes: number) {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(bytes);
  return { chunkStream: 2, timestamp: 0, type: SET_CHUNK_SIZE, messageStream: 0, payload };
}
