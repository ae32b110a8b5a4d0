import { createHash } from 'node:crypto';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { commandOf, textsIn } from '#lib/rtmp/amf.ts';
import { chunksOf, openChunkReader } from '#lib/rtmp/chunks.ts';

/** An RTMP server that accepts streams of one account alone, and keeps nothing of them. */
export interface RtmpServer {
  port: number;
  /** Number of streams that were accepted. */
  published(): number;
  close(): void;
}

const HANDSHAKE_BYTES = 1536;
const COMMAND = 20;
const NULL = Buffer.from([5]);
const md5 = (text: string, encoding: 'hex' | 'base64'): string => createHash('md5').update(text).digest(encoding);

function number(value: number): Buffer {
  const bytes = Buffer.alloc(9);
  bytes.writeDoubleBE(value, 1);
  return bytes;
}

interface Account {
  user: string;
  password: string;
}

/** Starts a server that asks for a login as Flash Media Server (`adobe`) or Limelight (`llnw`) do. */
export async function startRtmpServer(kind: 'adobe' | 'llnw', account: Account): Promise<RtmpServer> {
  let published = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    serve(socket, kind, account, () => (published += 1));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    published: () => published,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function serve(socket: Socket, kind: 'adobe' | 'llnw', account: Account, onPublished: () => void): void {
  const reader = openChunkReader();
  let opening: Buffer | undefined = Buffer.alloc(0);
  let hasAnswered = false;
  const say = (payload: Buffer): void =>
    void socket.write(chunksOf({ chunkStream: 3, timestamp: 0, type: COMMAND, messageStream: 0, payload }, 128));
  const answer = (payload: Buffer): void => {
    const [name, ...texts] = textsIn(payload);
    const id = payload.readDoubleBE(3 + (name?.length ?? 0) + 1);
    if (name === 'connect') {
      const app = texts[texts.indexOf('app') + 1] ?? texts[0] ?? '';
      const refusal = refusalOf(kind, texts.find((text) => text.startsWith('live')) ?? app, account);
      if (refusal === undefined) return say(commandOf('_result', id, [['code', 'NetConnection.Connect.Success']]));
      say(
        Buffer.concat([
          commandOf('_error', id, []).subarray(0, 18),
          NULL,
          commandOf('', 0, [['description', refusal]]).subarray(12),
        ]),
      );
      socket.end();
    }
    if (name === 'createStream') {
      const head = commandOf('_result', id, []);
      say(Buffer.concat([head.subarray(0, 3 + 7 + 9), NULL, number(1)]));
    }
    if (name !== 'publish') return;
    onPublished();
    say(Buffer.concat([commandOf('onStatus', 0, []).subarray(0, 3 + 8 + 9), NULL, STARTED]));
  };
  socket.on('data', (piece: Buffer) => {
    let rest = piece;
    if (opening) {
      opening = Buffer.concat([opening, piece]);
      if (!hasAnswered && opening.length > HANDSHAKE_BYTES) {
        hasAnswered = true;
        const own = opening.subarray(1, 1 + HANDSHAKE_BYTES);
        socket.write(Buffer.concat([Buffer.from([3]), Buffer.alloc(HANDSHAKE_BYTES), own]));
      }
      if (opening.length < 1 + 2 * HANDSHAKE_BYTES) return;
      rest = opening.subarray(1 + 2 * HANDSHAKE_BYTES);
      opening = undefined;
    }
    for (const { type, payload } of reader.read(rest)) if (type === COMMAND) answer(payload);
  });
}

/** The object in `onStatus`. */
const STARTED = commandOf('', 0, [
  ['level', 'status'],
  ['code', 'NetStream.Publish.Start'],
]).subarray(12);

function refusalOf(kind: 'adobe' | 'llnw', app: string, { user, password }: Account): string | undefined {
  const said = new Map(new URLSearchParams(app.split('?')[1]?.replaceAll('+', '%2B') ?? ''));
  const head = `[ AccessManager.Reject ] : [ authmod=${kind} ] :`;
  if (said.size === 0) return `[ AccessManager.Reject ] : [ code=403 need auth; authmod=${kind} ] : `;
  const given = said.get('response');
  const [salt, opaque, nonce] = ['c2FsdA', 'b3BhcXVl', 'bm9uY2U'];
  if (given === undefined)
    return kind === 'adobe'
      ? `${head} ?reason=needauth&user=${user}&salt=${salt}&challenge=Y2hh&opaque=${opaque}`
      : `${head} ?reason=needauth&user=${user}&nonce=${nonce}`;
  const secret = md5(`${user}${salt}${password}`, 'base64');
  const adobe = md5(`${secret}${opaque}${said.get('challenge')}`, 'base64');
  const [what, who] = [md5('publish:/live/_definst_', 'hex'), md5(`${user}:live:${password}`, 'hex')];
  const llnw = md5(`${who}:${nonce}:00000001:${said.get('cnonce')}:auth:${what}`, 'hex');
  return given === (kind === 'adobe' ? adobe : llnw) ? undefined : `${head} ?reason=authfailed`;
}
