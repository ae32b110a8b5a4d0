/** An RTSP client for tests that says exactly what it is told, and shows what comes back. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface RawReply {
  status: number;
  headers: Map<string, string>;
  body: string;
}

export interface RawClient {
  readonly socket: Socket;
  readonly frames: { channel: number; payload: Buffer }[];
  /** With a CSeq of its own, unless `headers` has one. */
  ask(method: string, uri: string, headers?: Record<string, string>, body?: string): Promise<RawReply>;
  /** The next reply, whatever was sent; rejects when the connection closes first. */
  reply(): Promise<RawReply>;
  send(bytes: string | Buffer): void;
  /** Resolves when the server has closed. */
  readonly closed: Promise<void>;
  /** Resolves when there are this many frames. */
  framesReach(count: number): Promise<void>;
  close(): void;
}

export async function openRawClient(port: number, host = '127.0.0.1'): Promise<RawClient> {
  const socket = connect({ port, host });
  await once(socket, 'connect');
  const frames: RawClient['frames'] = [];
  const replies: RawReply[] = [];
  const waiting: { resolve: (reply: RawReply) => void; reject: (error: Error) => void }[] = [];
  let bytes = Buffer.alloc(0);
  let cseq = 0;
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      for (const { reject } of waiting) reject(new Error('the server closed the connection'));
      socket.emit('frames');
      resolve();
    });
  });
  socket.on('data', (chunk) => {
    bytes = Buffer.concat([bytes, chunk]);
    for (let used = take(bytes, frames, replies); used > 0; used = take(bytes, frames, replies)) {
      bytes = bytes.subarray(used);
      while (replies.length > 0 && waiting.length > 0) waiting.shift()!.resolve(replies.shift()!);
    }
    socket.emit('frames');
  });
  const reply = (): Promise<RawReply> => {
    const ready = replies.shift();
    if (ready) return Promise.resolve(ready);
    if (socket.destroyed) return Promise.reject(new Error('the connection is closed'));
    return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
  };
  return {
    socket,
    frames,
    closed,
    reply,
    send: (text) => void socket.write(text),
    ask(method, uri, headers = {}, body = '') {
      const all = { CSeq: String(++cseq), ...headers, ...(body ? { 'Content-Length': String(body.length) } : {}) };
      const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`${method} ${uri} RTSP/1.0\r\n${lines.join('')}\r\n${body}`);
      return reply();
    },
    async framesReach(count) {
      while (frames.length < count && !socket.destroyed) await once(socket, 'frames');
    },
    close: () => socket.destroy(),
  };
}

/** Takes one frame or reply off the front; gives the bytes used, 0 if it is not whole yet. */
function take(bytes: Buffer, frames: RawClient['frames'], replies: RawReply[]): number {
  if (bytes[0] === 0x24) {
    const length = bytes.length < 4 ? Infinity : 4 + bytes.readUInt16BE(2);
    if (bytes.length < length) return 0;
    frames.push({ channel: bytes[1]!, payload: Buffer.from(bytes.subarray(4, length)) });
    return length;
  }
  const head = bytes.indexOf('\r\n\r\n');
  if (head < 0) return 0;
  const [first = '', ...lines] = bytes.toString('latin1', 0, head).split('\r\n');
  const headers = new Map(
    lines.map((line) => [line.split(': ')[0]!.toLowerCase(), line.split(': ').slice(1).join(': ')]),
  );
  const end = head + 4 + Number(headers.get('content-length') ?? 0);
  if (bytes.length < end) return 0;
  replies.push({ status: Number(first.split(' ')[1]), headers, body: bytes.toString('utf8', head + 4, end) });
  return end;
}

/** DESCRIBE, SETUP of each track over TCP, PLAY. Gives the session's name. */
export async function playTcp(client: RawClient, url: string, channels = [0, 2]): Promise<string> {
  let session = '';
  for (const [track, channel] of channels.entries()) {
    const answer = await client.ask('SETUP', `${url}/trackID=${track}`, {
      Transport: `RTP/AVP/TCP;unicast;interleaved=${channel}-${channel + 1}`,
      ...(session ? { Session: session } : {}),
    });
    if (answer.status !== 200) throw new Error(`SETUP: ${answer.status}`);
    session = answer.headers.get('session')!.split(';')[0]!;
  }
  const answer = await client.ask('PLAY', url, { Session: session });
  if (answer.status !== 200) throw new Error(`PLAY: ${answer.status}`);
  return session;
}
