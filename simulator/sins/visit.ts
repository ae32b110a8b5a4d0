import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { bytesOf, openCutter, valueOf, type Frame, type Message } from '#lib/rtsp/wire/pieces.ts';
import { describedBy } from './description.ts';
import type { Sins } from './sins.ts';
import { openStamps } from './stamps.ts';

/** Counts of a camera's connections. */
export interface Counts {
  connections: number;
  /** Connections that were open at the same time, at most, and those that are now. */
  atOnce: number;
  open: number;
  /** Logins that were refused. */
  refused: number;
}

/** Settings of a visit. */
export interface VisitSettings {
  sins: Sins;
  afterMs: number;
  /** Address of the camera without sins, and URL of this one. */
  behind: { host: string; port: number };
  url: string;
  counts: Counts;
}

/** Serves one connection of a player, as a relay between it and the camera without sins. */
export function receive(player: Socket, settings: VisitSettings): void {
  new Visit(player, settings).begin();
}

class Visit {
  readonly #player: Socket;
  readonly #settings: VisitSettings;
  readonly #camera: Socket;
  readonly #requests: Message[] = [];
  readonly #tracks: ('video' | 'audio')[] = [];
  readonly #channels = new Map<number, 'video' | 'audio'>();
  readonly #stamps;
  #asked: string[] = [];
  #isBusy = false;
  #playedMs: number | undefined;

  constructor(player: Socket, settings: VisitSettings) {
    this.#player = player;
    this.#settings = settings;
    this.#camera = connect({ ...settings.behind, noDelay: true });
    this.#stamps = openStamps(settings.sins, settings.afterMs);
  }

  begin(): void {
    const [fromPlayer, fromCamera] = [openCutter(), openCutter()];
    const [player, camera] = [this.#player, this.#camera];
    player.setNoDelay(true);
    player.on('data', (chunk) => this.#each(fromPlayer.cut(chunk), (piece) => this.#fromPlayer(piece)));
    camera.on('data', (chunk) => this.#each(fromCamera.cut(chunk), (piece) => this.#fromCamera(piece)));
    for (const [one, other] of [[player, camera] as const, [camera, player] as const]) {
      one.on('error', () => undefined);
      one.once('close', () => other.destroy());
    }
  }

  #each<T>(pieces: T[], act: (piece: T) => void): void {
    for (const piece of pieces) act(piece);
  }

  #fromPlayer(piece: Message | Frame): void {
    if (piece.kind === 'frame') return void this.#camera.write(piece.bytes);
    this.#requests.push(piece);
    if (!this.#isBusy) this.#next();
  }

  /** Serves the next request: one after the other, each when its time has come. */
  #next(): void {
    const request = this.#requests.shift();
    this.#isBusy = request !== undefined;
    if (!request) return;
    const { sins } = this.#settings;
    const method = request.first.split(' ')[0] ?? '';
    const seconds = method === 'DESCRIBE' ? sins['slow-describe'] : method === 'SETUP' ? sins['slow-setup'] : 0;
    setTimeout(
      () => {
        this.#serve(method, request);
        this.#next();
      },
      (seconds ?? 0) * 1000,
    );
  }

  #serve(method: string, request: Message): void {
    const { sins, url, counts } = this.#settings;
    const isFirst = method === 'OPTIONS' || method === 'DESCRIBE';
    if (sins['redirect-loop'] && isFirst) return this.#say(request, 'RTSP/1.0 302 Found', [['Location', url]]);
    if (sins['wrong-password']) {
      if (valueOf(request.headers, 'authorization')) counts.refused++;
      const nonce = randomBytes(8).toString('hex');
      return this.#say(request, 'RTSP/1.0 401 Unauthorized', [
        ['WWW-Authenticate', `Digest realm="cam", nonce="${nonce}"`],
      ]);
    }
    // Media by UDP would not pass through this relay.
    if (method === 'SETUP' && !/interleaved/.test(valueOf(request.headers, 'transport') ?? ''))
      return this.#say(request, 'RTSP/1.0 461 Unsupported Transport', []);
    this.#asked.push(method);
    this.#camera.write(bytesOf(request));
  }

  #say(request: Message, first: string, headers: Message['headers']): void {
    const cseq = valueOf(request.headers, 'cseq') ?? '0';
    if (this.#player.writable)
      this.#player.write(bytesOf({ first, headers: [['CSeq', cseq], ...headers], body: Buffer.alloc(0) }));
  }

  #fromCamera(piece: Message | Frame): void {
    if (!this.#player.writable) return;
    if (piece.kind === 'frame') return this.#media(piece);
    const method = this.#asked.shift();
    if (method === 'PLAY') this.#playedMs ??= performance.now();
    if (method === 'SETUP') this.#learn(valueOf(piece.headers, 'transport') ?? '');
    if (method !== 'DESCRIBE') return void this.#player.write(bytesOf(piece));
    const sdp = describedBy(this.#settings.sins, piece.body.toString('utf8'));
    this.#tracks.push(...[...sdp.matchAll(/^m=(video|audio)/gm)].map(([, kind]) => kind as 'video' | 'audio'));
    this.#player.write(bytesOf({ ...piece, body: Buffer.from(sdp) }));
  }

  #learn(transport: string): void {
    const channel = Number(/interleaved=(\d+)/.exec(transport)?.[1] ?? 0);
    this.#channels.set(
      channel,
      this.#tracks[new Set([...this.#channels.keys()].map((one) => one >> 1)).size] ?? 'video',
    );
  }

  #media({ channel, bytes }: Frame): void {
    const track = this.#channels.get(channel & ~1) ?? 'video';
    const frame = Buffer.from(bytes);
    const since = performance.now() - (this.#playedMs ?? performance.now());
    if (this.#stamps.pass(track, channel % 2 === 1, frame.subarray(4), since)) this.#player.write(frame);
  }
}
