/** The data that all connections of one server share. */
import { networkOf } from '#lib/runtime/addresses.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Credentials } from '#lib/runtime/access/digest.ts';
import type { LiveStream } from './live-stream.ts';
import type { PlaySession } from './play-session.ts';
import type { RecordSession } from './record-session.ts';
import type { SessionHost } from './session.ts';
import type { Throttle } from '#lib/runtime/access/throttle.ts';

/** A connection as the server sees it. */
export interface ServedConnection {
  readonly remoteAddress: string;
  readonly session: PlaySession | RecordSession | undefined;
  /** Tells the client that the session ends, then closes. */
  end(reason: string): void;
  /** Ends what has taken too long; `nowMs` is monotonic. */
  sweep(nowMs: number): void;
}

/** The half of a tunnel (see `tunnel.ts`) that carries the replies, as the other half uses it. */
export interface TunnelEnd {
  /** Takes bytes of requests. */
  take(bytes: Buffer): void;
  isOpen(): boolean;
}

/** The context of all connections of a server. */
export interface ServerContext extends SessionHost {
  readonly log: Log;
  readonly realm: string;
  readonly maxSessions: number;
  readonly maxQueueBytes: number;
  readonly sessionTimeoutSeconds: number;
  /**
   * Seconds within which the first request of a connection, and each request that has begun, must be complete; then the
   * connection is closed.
   */
  readonly requestTimeoutSeconds: number;
  /** Seconds after which a session that has not begun to flow is ended, so that its place is free. */
  readonly unusedSeconds: number;
  readonly throttle: Throttle;
  readonly streams: Map<string, LiveStream>;
  readonly connections: Set<ServedConnection>;
  /** Open tunnels, by address and cookie of the client. */
  readonly tunnels: Map<string, TunnelEnd>;
  credentials(path: string): Credentials | undefined;
  publishCredentials(path: string): Credentials | undefined;
  /** Whether an address may publish at a path; undefined: nobody may. */
  readonly mayPublish: ((path: string, from: { address: string }) => boolean) | undefined;
  /** Called when a publisher has begun to record; the path is its own until its session ends. */
  published(session: RecordSession): void;
}

/**
 * The part (0 to 1) of all connections, and of all sessions, that one network may have; further ones are refused. A
 * network is counted as one because an IPv6 host has a whole /64 of addresses.
 */
export const SHARE_OF_A_NETWORK = 0.25;

/** Whether two addresses are of one network. */
export const isSameNetwork = (one: string, other: string): boolean => networkOf(one) === networkOf(other);

/** Whether there is a place for another session of this address's network. */
export function hasRoomFor(
  context: Pick<ServerContext, 'maxSessions'> & {
    connections: Iterable<Pick<ServedConnection, 'session' | 'remoteAddress'>>;
  },
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
