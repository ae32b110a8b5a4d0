/** What all connections of one server share. */
import type { Log } from '#lib/runtime/log.ts';
import type { Credentials } from '#lib/runtime/digest.ts';
import type { LiveStream } from './live-stream.ts';
import type { PlaySession } from './play-session.ts';
import type { RecordSession } from './record-session.ts';
import type { SessionHost } from './session.ts';
import type { Throttle } from '#lib/runtime/throttle.ts';

/** A connection as the server sees it. */
export interface Guest {
  readonly session: PlaySession | RecordSession | undefined;
  /** Tells the client that the session ends, then closes. */
  end(reason: string): void;
  /** Ends what has taken too long; `nowMs` is monotonic. */
  sweep(nowMs: number): void;
}

/** What all connections of a server use in common. */
export interface House extends SessionHost {
  readonly log: Log;
  readonly realm: string;
  readonly maxSessions: number;
  readonly maxQueueBytes: number;
  readonly sessionTimeoutSeconds: number;
  /**
   * Time for the first request of a connection, and for each request that has begun, to be complete; then it is closed.
   */
  readonly requestTimeoutSeconds: number;
  readonly throttle: Throttle;
  readonly streams: Map<string, LiveStream>;
  readonly connections: Set<Guest>;
  credentials(path: string): Credentials | undefined;
  publishCredentials(path: string): Credentials | undefined;
  /** Whether an address may publish at a path; undefined: nobody may. */
  readonly mayPublish: ((path: string, from: { address: string }) => boolean) | undefined;
  /** Called when a publisher has begun to record; the path is its own until its session ends. */
  published(session: RecordSession): void;
}

/** Number of sessions of all connections. */
export function sessionCount(house: House): number {
  let count = 0;
  for (const connection of house.connections) if (connection.session) count += 1;
  return count;
}

/** Ends the sessions that play or publish this stream. */
export function endSessions(house: House, stream: LiveStream, reason: string): void {
  for (const connection of house.connections) if (connection.session?.stream === stream) connection.end(reason);
}
