/** What all connections of one server share. */
import type { Log } from '#lib/runtime/log.ts';
import type { Credentials } from '#lib/runtime/digest.ts';
import type { LiveStream } from './live-stream.ts';
import type { PlaySession } from './play-session.ts';
import type { RecordSession } from './record-session.ts';
import type { SessionHost } from './session.ts';
import type { Throttle } from './throttle.ts';

/** A connection, as the others see it. */
export interface Guest {
  readonly remoteAddress: string;
  readonly session: PlaySession | RecordSession | undefined;
  /** Says goodbye and closes. */
  end(reason: string): void;
  /** Looks for what has taken too long; `nowMs` is monotonic. */
  sweep(nowMs: number): void;
}

export interface House extends SessionHost {
  readonly log: Log;
  readonly realm: string;
  readonly maxSessions: number;
  readonly maxQueueBytes: number;
  readonly sessionTimeoutSeconds: number;
  /** For a first request, and for each once begun, to be whole. */
  readonly requestTimeoutSeconds: number;
  readonly throttle: Throttle;
  readonly streams: Map<string, LiveStream>;
  readonly connections: Set<Guest>;
  credentials(path: string): Credentials | undefined;
  publishCredentials(path: string): Credentials | undefined;
  /** Undefined: this server takes no publishers at all. */
  readonly mayPublish: ((path: string, from: { address: string }) => boolean) | undefined;
  /** A publisher has begun to record; the path is its own from now on. */
  published(session: RecordSession): void;
}

/** The part of all connections, and of all sessions, that one address may have. */
export const SHARE_OF_AN_ADDRESS = 0.25;

const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');
export const isSameAddress = (one: string, other: string): boolean => plain(one) === plain(other);

/** Whether there is a place for another session of this address. */
export function hasRoomFor(house: House, address: string): boolean {
  let [all, ofAddress] = [0, 0];
  for (const { session, remoteAddress } of house.connections) {
    if (!session) continue;
    all += 1;
    if (isSameAddress(remoteAddress, address)) ofAddress += 1;
  }
  return all < house.maxSessions && ofAddress < Math.max(1, house.maxSessions * SHARE_OF_AN_ADDRESS);
}

/** Ends whoever plays or publishes this stream. */
export function endSessions(house: House, stream: LiveStream, reason: string): void {
  for (const connection of house.connections) if (connection.session?.stream === stream) connection.end(reason);
}
