/** A session of a connection, of a player or a publisher. */
import type { Socket } from 'node:net';
import type { LiveStream } from './live-stream.ts';
import type { MulticastFeed } from './multicast.ts';
import type { TransportOffer } from '../wire/transport.ts';
import type { PortRange } from './udp-pair.ts';

/** The common part of players' and publishers' sessions. */
export interface Session {
  readonly id: string;
  readonly path: string;
  readonly state: 'ready' | 'flowing';
  /** Monotonic time of the last request, report or packet. */
  lastHeardMs: number;
  readonly livesByConnection: boolean;
  /** Whether the other side refuses what is sent by UDP. */
  readonly isRefused: boolean;
  /**
   * Sets up a track, which the client names by `uri`, and gives the Transport header of the reply; undefined if none of
   * the offers can be served.
   */
  setUp(track: number, offers: readonly TransportOffer[], uri: string): Promise<string | undefined>;
  frame(channel: number, payload: Buffer): void;
  /** Tells the other side that the media ends. */
  sayGoodbye(): void;
  close(): void;
}

/** The connection, as its session sees it. Addresses have no `::ffff:` before IPv4. */
export interface Peer {
  readonly socket: Socket;
  readonly remoteAddress: string;
  readonly localAddress: string;
  write(bytes: Buffer): void;
  /** Runs `act` when the reply to the current request is written. */
  afterReply(act: () => void): void;
}

/** The part of the server that a session uses. */
export interface SessionHost {
  readonly udp: boolean;
  readonly udpPorts: PortRange | undefined;
  joinMulticast(stream: LiveStream, localAddress: string): Promise<MulticastFeed | undefined>;
  leaveMulticast(stream: LiveStream): void;
}
