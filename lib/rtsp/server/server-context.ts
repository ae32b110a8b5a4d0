/** What all connections of one server share. */
import { networkOf } from '#lib/runtime/addresses.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Credentials } from '#lib/runtime/access/digest.ts';
import type { LiveStream } from './live-stream.ts';
import type { PlaySession } from './play-session.ts';
import type { RecordSession } from './record-session.ts';
import type { SessionHost } from './session.ts';
import type { Throttle } from '#lib/runtime/access/throttle.ts';

/** A connection as the server sees it. */
export interface Guest {
  readonly remoteAddress: string;
  readonly session: PlaySession | RecordSession | undefined;
  /** Tells the client that the session ends, then closes. */
  end(reason: string): void;
  /** Ends what has taken too long; `nowMs` is monotonic. */
  sweep(nowMs: number): void;
}

/** The half of a tunnel (see `tunnel.ts`) by which replies go, as the other half sees it. */
export interface TunnelEnd {
  /** Takes bytes of requests. */
  take(bytes: Buffer): void;
  isOpen(): boolean;
}

/** What all connections of a server use in common. */
export interface ServerContext extends SessionHost {
  readonly log: Log;
  readonly realm: string;
  readonly maxSessions: number;
  readonly maxQueueBytes: number;
  readonly sessionTimeoutSeconds: number;
  /**
   * Time for the first request of a connection, and for each request that has begun, to be complete; then it is closed.
   */
  readonly requestTimeoutSeconds: number;
  /** A session that has not begun to flow by then holds its place no longer. */
  readonly unusedSeconds: number;
  readonly throttle: Throttle;
  readonly streams: Map<string, LiveStream>;
  readonly connections: Set<Guest>;
  /** Open tunnels, by address and cookie of the client. */
  readonly tunnels: Map<string, TunnelEnd>;
  credentials(path: string): Credentials | undefined;
  publishCredentials(path: string): Credentials | undefined;
  /** Whether an address may publish at a path; undefined: nobody may. */
  readonly mayPublish: ((path: string, from: { address: string }) => boolean) | undefined;
  /** Called when a publisher has begun to record; the path is its own until its session ends. */
  published(session: RecordSession): void;
}

/** The part of all connections, and of all sessions, that one network may have: an IPv6 host has a whole /64 of addresses. */
export const SHARE_OF_A_NETWORK = 0.25;

export const isSameNetwork = (one: string, other: string): boolean => networkOf(one) === networkOf(other);

/** Whether there is a place for another session of this address's network. */
export function hasRoomFor(
  context: Pick<ServerContext, 'maxSessions'> & { connections: Iterable<Pick<Guest, 'session' | 'remoteAddress'>> },
  address: string,
): boolean {
  let [all, ofNetwork] = [0, 0];
  for (const { session, remoteAddress } of context.connections) {
    if (!session) continue;
    all += 1;
    if (isSameNetwork(remoteAddress, address)) ofNetwork += 1;
  }
  return all < context.maxSessions && ofNetwork < Math.max(1, context.maxSessions * SHARE_OF_A_NETWORK);
}

/** Ends the sessions that play or publish this stream. */
export function endSessions(context: ServerContext, stream: LiveStream, reason: string): void {
  for (const connection of context.connections) if (connection.session?.stream === stream) connection.end(reason);
}
