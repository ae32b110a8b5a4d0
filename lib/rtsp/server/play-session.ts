/** The session of a player: its tracks, and whether they are playing. */
import { multicastPort, type MulticastFeed } from './multicast.ts';
import type { LiveStream } from './live-stream.ts';
import { openPlayer, tcpOutlet, udpOutlet, type Player, type PlayerInfo } from './player.ts';
import { goodbye } from '../wire/rtcp.ts';
import type { Peer, Session, SessionHost } from './session.ts';
import { frameUp } from '../wire/rtp.ts';
import type { TransportOffer } from '../wire/transport.ts';
import { connectUdp, openUdpPair, type UdpPair } from './udp-pair.ts';
import { openUdpSender, type UdpLane, type UdpSender } from './udp-sender.ts';

/** The session of a player; made by `openPlaySession`. */
export interface PlaySession extends Session {
  readonly role: 'play';
  readonly stream: LiveStream;
  /** Begins to play and gives the value of RTP-Info; undefined if media cannot be sent. */
  play(): Promise<string | undefined>;
  /** The first of `count` tracks that is not set up; the first of all if all are. */
  nextTrack(count: number): number;
  pause(): void;
  info(): PlayerInfo | undefined;
}

interface Lane extends UdpLane {
  pair: UdpPair;
  /**
   * The client's port to send to. It is taken from the player's first packet, since an address may be translated on the
   * way.
   */
  rtpPort: number;
  rtcpPort: number;
}

/** Opens the session of a player without tracks. */
export function openPlaySession(id: string, stream: LiveStream, peer: Peer, host: SessionHost): PlaySession {
  return new RunningPlaySession(id, stream, peer, host);
}

class RunningPlaySession implements PlaySession {
  readonly role = 'play';
  readonly id: string;
  readonly stream: LiveStream;
  state: 'ready' | 'flowing' = 'ready';
  lastHeardMs = performance.now();
  readonly #peer: Peer;
  readonly #host: SessionHost;
  readonly #startedAtMs = Date.now();
  #transport: PlayerInfo['transport'] | undefined;
  #channels: number[] = [];
  readonly #lanes = new Map<number, Lane>();
  /** Tracks, and the URIs by which they were set up. */
  readonly #tracks = new Map<number, string>();
  /** The Transport headers of the replies. */
  readonly #answers = new Map<number, string>();
  #sender: UdpSender | undefined;
  #player: Player | undefined;
  #feed: MulticastFeed | undefined;
  #isClosed = false;

  constructor(id: string, stream: LiveStream, peer: Peer, host: SessionHost) {
    this.id = id;
    this.stream = stream;
    this.#peer = peer;
    this.#host = host;
  }

  get path(): string {
    return this.stream.path;
  }

  /** Whether the connection itself shows that the player is alive, as a TCP connection that accepts data does. */
  get livesByConnection(): boolean {
    return this.state === 'flowing' && this.#transport === 'tcp';
  }

  get isRefused(): boolean {
    return this.state === 'flowing' && this.#sender?.isRefused() === true;
  }

  async setUp(track: number, offers: readonly TransportOffer[], uri: string): Promise<string | undefined> {
    const before = this.#answers.get(track);
    // A SETUP that names no track leaves a track that is set up as it is.
    if (before !== undefined && !/trackID=/i.test(uri)) return before;
    for (const offer of offers) {
      if (this.#transport && offer.kind !== this.#transport) continue;
      const answer = await this.#offer(track, offer);
      if (answer === undefined) continue;
      this.#transport = offer.kind;
      this.#tracks.set(track, uri);
      this.#answers.set(track, answer);
      // A new transport needs a new player.
      this.#player = undefined;
      return answer;
    }
    return undefined;
  }

  async play(): Promise<string | undefined> {
    const { stream } = this;
    if (this.#transport === 'multicast') await this.#joinGroup();
    else await this.#openPlayer();
    if (!this.#player && !this.#feed) return undefined;
    stream.fanOut.flush();
    const start = stream.start();
    const ring = stream.fanOut.ring();
    this.state = 'flowing';
    if (this.#player) {
      const player = this.#player;
      // Media begins after the reply, which has to come first on the connection.
      this.#peer.afterReply(() => {
        if (!this.#isClosed && this.state === 'flowing') stream.fanOut.join(player, stream.start().reports);
      });
    }
    const hasTimes = this.#transport !== 'multicast' && ring.length > 0;
    return [...this.#tracks]
      .sort(([left], [right]) => left - right)
      .map(([track, uri]) => {
        const { seq, rtpTime } = start.info[track] ?? { seq: 0 };
        const at = hasTimes ? `;seq=${seq}${rtpTime === undefined ? '' : `;rtptime=${rtpTime}`}` : '';
        return `url=${uri}${at}`;
      })
      .join(',');
  }

  nextTrack(count: number): number {
    for (let track = 0; track < count; track++) if (!this.#tracks.has(track)) return track;
    return 0;
  }

  pause(): void {
    this.state = 'ready';
    if (this.#player) this.stream.fanOut.leave(this.#player);
    this.#leaveGroup();
  }

  /** Takes a frame of the client: a receiver report or anything else shows that it is alive. */
  frame(): void {
    this.lastHeardMs = performance.now();
  }

  info(): PlayerInfo | undefined {
    const player = this.#player ?? this.#feed?.player;
    if (!player || !this.#transport || this.state !== 'flowing') return undefined;
    return {
      id: this.id,
      address: this.#peer.remoteAddress,
      transport: this.#transport,
      startedAtMs: this.#startedAtMs,
      sentBytes: player.sentBytes,
      droppedPackets: player.droppedPackets,
    };
  }

  sayGoodbye(): void {
    if (this.state !== 'flowing') return;
    for (const track of this.#tracks.keys()) {
      const unit = frameUp(track, true, [goodbye(this.stream.ssrc(track))]);
      const channel = this.#channels[track];
      if (this.#transport === 'udp') this.#sender?.send(unit);
      if (this.#transport === 'tcp' && channel !== undefined) {
        unit.framed[1] = channel + 1;
        this.#peer.write(unit.framed);
      }
    }
  }

  close(): void {
    this.#isClosed = true;
    this.pause();
    this.#sender?.close();
    for (const lane of this.#lanes.values()) lane.pair.close();
    this.#lanes.clear();
  }

  async #offer(track: number, offer: TransportOffer): Promise<string | undefined> {
    if (offer.kind === 'tcp') return this.#offerTcp(track, offer);
    if (offer.kind === 'udp') return this.#offerUdp(track, offer);
    const group = this.stream.multicast;
    if (!group) return undefined;
    const port = multicastPort(group, track);
    return `RTP/AVP;multicast;destination=${group.address};port=${port}-${port + 1};ttl=${group.ttl};mode="PLAY"`;
  }

  /** The channels that the player asks for; others if these belong to another track or are no pair. */
  #offerTcp(track: number, offer: TransportOffer): string {
    const others = new Set(this.#channels.filter((channel, other) => other !== track && channel >= 0));
    const isFree = (channel: number): boolean =>
      channel <= 254 && !others.has(channel) && !others.has(channel + 1) && !others.has(channel - 1);
    const [first, second] = offer.interleaved ?? [-1, -1];
    let channel = second === first + 1 && first >= 0 && isFree(first) ? first : track * 2;
    while (!isFree(channel)) channel = (channel + 2) % 256;
    while (this.#channels.length < track) this.#channels.push(-1);
    this.#channels[track] = channel;
    return `RTP/AVP/TCP;unicast;interleaved=${channel}-${channel + 1};mode="PLAY"`;
  }

  async #offerUdp(track: number, offer: TransportOffer): Promise<string | undefined> {
    if (!this.#host.udp || !offer.clientPorts) return undefined;
    const pair = await openUdpPair(this.#peer.localAddress, this.#host.udpPorts);
    if (!pair) return undefined;
    if (this.#isClosed) {
      pair.close();
      return undefined;
    }
    this.#lanes.get(track)?.pair.close();
    const [rtpPort, rtcpPort] = offer.clientPorts;
    const lane: Lane = { pair, rtp: pair.rtp, rtcp: pair.rtcp, rtpPort, rtcpPort };
    this.#listen(lane);
    this.#lanes.set(track, lane);
    return `RTP/AVP;unicast;client_port=${rtpPort}-${rtcpPort};server_port=${pair.port}-${pair.port + 1};mode="PLAY"`;
  }

  /** Listens for packets; only those from the address of the RTSP connection are accepted. */
  #listen(lane: Lane): void {
    const { remoteAddress } = this.#peer;
    lane.rtp.on('message', (_, from) => {
      if (from.address === remoteAddress) lane.rtpPort = from.port;
    });
    lane.rtcp.on('message', (_, from) => {
      if (from.address !== remoteAddress) return;
      lane.rtcpPort = from.port;
      this.lastHeardMs = performance.now();
    });
  }

  async #openPlayer(): Promise<void> {
    if (this.#player) return;
    if (this.#transport === 'tcp') {
      this.#player = openPlayer(tcpOutlet(this.#peer.socket, this.#channels), this.stream.fanOut);
      return;
    }
    for (const lane of this.#lanes.values()) {
      await connectUdp(lane.rtp, lane.rtpPort, this.#peer.remoteAddress);
      await connectUdp(lane.rtcp, lane.rtcpPort, this.#peer.remoteAddress);
    }
    this.#sender?.close();
    this.#sender = openUdpSender(this.#lanes);
    this.#player = openPlayer(udpOutlet(this.#sender), this.stream.fanOut);
  }

  async #joinGroup(): Promise<void> {
    if (this.#feed) return;
    this.#feed = await this.#host.joinMulticast(this.stream, this.#peer.localAddress);
    if (!this.#feed) this.#host.leaveMulticast(this.stream);
    if (this.#isClosed) this.#leaveGroup();
  }

  #leaveGroup(): void {
    if (this.#feed) this.#host.leaveMulticast(this.stream);
    this.#feed = undefined;
  }
}
