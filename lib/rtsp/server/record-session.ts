/** The session of a publisher: which channel or port carries which announced track. */
import { openRelayStream, type RelayStream } from './relay-stream.ts';
import type { TrackDescription } from '../wire/sdp.ts';
import type { Peer, Session, SessionHost } from './session.ts';
import type { TransportOffer } from '../wire/transport.ts';
import { openUdpPair, type UdpPair } from './udp-pair.ts';

/** The session of a publisher; made by `openRecordSession`. */
export interface RecordSession extends Session {
  readonly role: 'record';
  readonly stream: RelayStream;
  readonly tracks: readonly TrackDescription[];
  readonly startedAtMs: number;
  readonly remoteAddress: string;
  readonly closed: Promise<void>;
  /** The track that a SETUP with this URI means, by the announced names. */
  trackOf(uri: string): number | undefined;
  /** Begins to record; false if no track was set up. */
  record(): boolean;
}

/** Opens the session of a publisher for the announced tracks. */
export function openRecordSession(
  id: string,
  path: string,
  tracks: readonly TrackDescription[],
  peer: Peer,
  host: SessionHost & { maxQueueBytes: number },
): RecordSession {
  return new RunningRecordSession(id, path, tracks, peer, host);
}

class RunningRecordSession implements RecordSession {
  readonly role = 'record';
  readonly id: string;
  readonly tracks: readonly TrackDescription[];
  readonly stream: RelayStream;
  readonly startedAtMs = Date.now();
  readonly livesByConnection = false;
  readonly isRefused = false;
  state: 'ready' | 'flowing' = 'ready';
  lastHeardMs = performance.now();
  readonly #peer: Peer;
  readonly #host: SessionHost;
  /** The tracks by interleaved channel. */
  readonly #channels = new Map<number, { track: number; isRtcp: boolean }>();
  readonly #pairs = new Map<number, UdpPair>();
  readonly #ended = Promise.withResolvers<void>();
  readonly closed = this.#ended.promise;
  #isClosed = false;

  constructor(
    id: string,
    path: string,
    tracks: readonly TrackDescription[],
    peer: Peer,
    host: SessionHost & { maxQueueBytes: number },
  ) {
    this.id = id;
    this.tracks = tracks;
    this.stream = openRelayStream(path, tracks, host);
    this.#peer = peer;
    this.#host = host;
  }

  get path(): string {
    return this.stream.path;
  }

  get remoteAddress(): string {
    return this.#peer.remoteAddress;
  }

  trackOf(uri: string): number | undefined {
    const plain = uri.replace(/\/+$/, '');
    const index = this.tracks.findIndex(({ control }) => {
      const name = control.replaceAll(/^\/+|\/+$/g, '');
      return name !== '' && (plain === name || plain.endsWith(`/${name}`));
    });
    if (index >= 0) return index;
    return this.tracks.length === 1 ? 0 : undefined;
  }

  async setUp(track: number, offers: readonly TransportOffer[]): Promise<string | undefined> {
    for (const offer of offers) {
      if (offer.kind === 'tcp') return this.#setUpTcp(track, offer);
      if (offer.kind === 'udp' && this.#host.udp && offer.clientPorts) {
        const answer = await this.#setUpUdp(track, offer.clientPorts);
        if (answer) return answer;
      }
    }
    return undefined;
  }

  record(): boolean {
    if (this.#channels.size === 0 && this.#pairs.size === 0) return false;
    this.state = 'flowing';
    this.lastHeardMs = performance.now();
    return true;
  }

  frame(channel: number, payload: Buffer): void {
    const lane = this.#channels.get(channel);
    if (!lane || this.state !== 'flowing') return;
    this.lastHeardMs = performance.now();
    this.stream.receive(lane.track, lane.isRtcp, payload);
  }

  sayGoodbye(): void {
    // No packet says goodbye here: the publisher sees the end when the connection closes.
  }

  close(): void {
    this.#isClosed = true;
    this.state = 'ready';
    for (const pair of this.#pairs.values()) pair.close();
    this.#pairs.clear();
    this.stream.close();
    this.#ended.resolve();
  }

  #setUpTcp(track: number, offer: TransportOffer): string {
    const [first, second] = offer.interleaved ?? [track * 2, track * 2 + 1];
    this.#channels.set(first, { track, isRtcp: false });
    this.#channels.set(second, { track, isRtcp: true });
    return `RTP/AVP/TCP;unicast;interleaved=${first}-${second};mode="RECORD"`;
  }

  async #setUpUdp(track: number, clientPorts: readonly [number, number]): Promise<string | undefined> {
    const pair = await openUdpPair(this.#peer.localAddress, this.#host.udpPorts);
    if (!pair) return undefined;
    if (this.#isClosed) {
      pair.close();
      return undefined;
    }
    this.#pairs.get(track)?.close();
    this.#pairs.set(track, pair);
    this.#listen(track, false, pair);
    this.#listen(track, true, pair);
    const [rtp, rtcp] = clientPorts;
    return `RTP/AVP;unicast;client_port=${rtp}-${rtcp};server_port=${pair.port}-${pair.port + 1};mode="RECORD"`;
  }

  /**
   * Listens for packets. Only those from the address of the RTSP connection are accepted, and only from the first port
   * that sends.
   */
  #listen(track: number, isRtcp: boolean, pair: UdpPair): void {
    let port: number | undefined;
    (isRtcp ? pair.rtcp : pair.rtp).on('message', (packet, from) => {
      if (from.address !== this.#peer.remoteAddress || this.state !== 'flowing') return;
      port ??= from.port;
      if (from.port !== port) return;
      this.lastHeardMs = performance.now();
      this.stream.receive(track, isRtcp, packet);
    });
  }
}
