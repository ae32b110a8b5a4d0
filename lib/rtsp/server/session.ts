/** What a connection knows of its session, whichever way media goes in it. */
import type { Socket } from 'node:net';
import type { LiveStream } from './live-stream.ts';
import type { MulticastFeed } from './multicast.ts';
import type { TransportOffer } from '../wire/transport.ts';
import type { PortRange } from './udp-pair.ts';

export interface Session {
  readonly id: string;
  readonly path: string;
  readonly state: 'ready' | 'flowing';
  /** Monotonic; any request, report or packet. */
  lastHeardMs: number;
  readonly livesByConnection: boolean;
  /** The Transport header of the answer; undefined if none of the offers can be served. */
  setUp(track: number, offers: readonly TransportOffer[]): Promise<string | undefined>;
  frame(channel: number, payload: Buffer): void;
  /** Tells the other side that the media ends. */
  sayGoodbye(): void;
  close(): void;
}

/** The connection, as its session sees it. Addresses are plain: no `::ffff:` before an IPv4 address. */
export interface Peer {
  readonly socket: Socket;
  readonly remoteAddress: string;
  readonly localAddress: string;
  write(bytes: Buffer): void;
  /** Runs once the reply to the request that is being served is written. */
  afterReply(act: () => void): void;
}

/** The server, as a session sees it. */
export interface SessionHost {
  readonly udp: boolean;
  readonly udpPorts: PortRange | undefined;
  joinMulticast(stream: LiveStream, localAddress: string): Promise<MulticastFeed | undefined>;
  leaveMulticast(stream: LiveStream): void;
}
