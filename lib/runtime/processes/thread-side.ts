import { parentPort } from 'node:worker_threads';
import { openPeer, PEER_LIMITS, type Calls, type Handlers, type Peer } from './peer.ts';
import { openPortStream, type ThreadPort } from './port-stream.ts';
import { giveWayHere } from './thread-priority.ts';

/** Number of the owner's calls that are carried out at once; more wait. Each of them may wait for a server. */
const MOST_CALLS = 256;

/**
 * Serves calls of the owner in a thread that `openThread` started, and makes the thread give way to its owner. Must be
 * called in such a thread.
 */
export function serveOwner<Theirs extends Calls, Mine extends Calls>(
  serve: (owner: Peer<Theirs>) => Handlers<Mine>,
): Peer<Theirs> {
  giveWayHere();
  const limits = { ...PEER_LIMITS, mostCalls: MOST_CALLS };
  // Errors of calls reach the owner as answers; no other errors are possible.
  return openPeer<Theirs, Mine>(openPortStream(parentPort as ThreadPort), serve, {
    ...limits,
    onTrouble: () => undefined,
  });
}
