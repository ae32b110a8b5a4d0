import { parentPort } from 'node:worker_threads';
import { openPeer, PEER_LIMITS, type Calls, type Handlers, type Peer } from './peer.ts';
import { openPortStream, type ThreadPort } from './port-stream.ts';
import { giveWayHere } from './thread-priority.ts';

/** Calls of the owner that are worked on at once; each of them may wait for a server. */
const MOST_CALLS = 256;

/** What a thread (`openThread`) serves to its owner, to which it gives way. Only in such a thread. */
export function serveOwner<Theirs extends Calls, Mine extends Calls>(
  serve: (owner: Peer<Theirs>) => Handlers<Mine>,
): Peer<Theirs> {
  giveWayHere();
  const limits = { ...PEER_LIMITS, mostCalls: MOST_CALLS };
  // Errors of calls reach the owner as answers; there is nothing else that could be told wrongly.
  return openPeer<Theirs, Mine>(openPortStream(parentPort as ThreadPort), serve, {
    ...limits,
    onTrouble: () => undefined,
  });
}
