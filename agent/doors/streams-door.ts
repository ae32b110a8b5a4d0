/**
 * The process of the RTSP server and of the pushes: starts all its parts, in order. It is run by its path, never
 * imported.
 */
import { openBoxRtsp } from '#agent/box/media/rtsp.ts';
import { openPushes } from '#agent/rtsp/pushes.ts';
import { openStreams } from '#agent/rtsp/streams.ts';
import { realClock } from '#lib/runtime/clock.ts';
import { markChildren } from '#lib/runtime/processes/leftovers.ts';
import type { Handlers, Peer } from '#lib/runtime/processes/peer.ts';
import type { StreamsCalls, StreamsTold } from './calls.ts';
import { openRingMirrors } from './mirror/ring-mirrors.ts';
import { openDoor } from './open-door.ts';

const COUNT_MS = 1000;

type Outputs = Parameters<StreamsTold['outputs']>;

const { core, mirrors, log, scope } = openDoor('streams', (peer: Peer<StreamsCalls>) => {
  const { rings, told } = openRingMirrors(peer);
  const outputs: { wanted?: Outputs; show(): void } = { show: () => undefined };
  const handlers: Handlers<StreamsTold> = {
    ...told,
    outputs(...wanted) {
      outputs.wanted = wanted;
      outputs.show();
    },
  };
  return { mirrors: { rings, outputs }, told: handlers };
});
const { config, ffmpeg } = await core.call('begin');
const { rings, outputs } = mirrors;
markChildren(config.data);
const rtsp = await openBoxRtsp(config, { observe: (fact) => core.tell('alarm', fact) }, log, scope);
core.tell('rtspPort', rtsp.port);
const streams = openStreams(rtsp, rings, log);
scope.defer(() => streams.close());
const pushes = openPushes(
  ({ id, stream }) => ({ ffmpeg, clock: realClock, log: log.child({ push: id }), ring: rings[stream] }),
  (id, seen) => core.tell('pushSeen', id, seen),
  () => realClock.nowMs(),
);
scope.defer(() => pushes.close());
outputs.show = () => {
  if (!outputs.wanted) return;
  streams.update(outputs.wanted[0]);
  pushes.update(outputs.wanted[1]);
};
outputs.show();
const counting = setInterval(() => core.tell('players', streams.players()), COUNT_MS);
scope.defer(() => clearInterval(counting));
