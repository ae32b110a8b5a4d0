import { Socket } from 'node:net';
import { openPeer, PEER_LIMITS, type Calls, type Handlers, type Peer } from './peer.ts';
import { CHANNEL_FD } from './supervised.ts';

/**
 * Opens the stream to the process that started this one (`superviseProcess`). When that process is gone, this one ends.
 */
export function openParent<Theirs extends Calls, Mine extends Calls>(
  serve: (parent: Peer<Theirs>) => Handlers<Mine>,
  onTrouble: (error: unknown, name: string) => void,
): Peer<Theirs> {
  const socket = new Socket({ fd: CHANNEL_FD, readable: true, writable: true });
  const peer = openPeer<Theirs, Mine>(socket, serve, { ...PEER_LIMITS, onTrouble });
  void peer.closed.then(() => process.exit(0));
  return peer;
}
