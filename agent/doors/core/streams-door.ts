import { tellPush } from '#agent/box/media/alarms.ts';
import type { Device } from '#agent/device/device.ts';
import type { PushWanted } from '#agent/device/state.ts';
import type { Engine } from '#agent/media/engine.ts';
import type { Pushes } from '#agent/rtsp/pushes.ts';
import type { Streams } from '#agent/rtsp/streams.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Peer } from '#lib/runtime/processes/peer.ts';
import type { Offer } from '#lib/runtime/processes/supervised.ts';
import type { Scope } from '#lib/runtime/scope.ts';
import type { Beginning, StreamsCalls, StreamsTold } from '../calls.ts';
import { startDoorProcess, type LogLines } from './door-process.ts';
import { offerPackets } from './packets.ts';
import { offerBeginning } from './state.ts';

export interface StreamsDoorParts {
  device: Device;
  engine: Pick<Engine, 'rings'>;
  beginning: Beginning;
  log: Log;
  lines: LogLines;
}

/** RTSP and pushes, in a process of their own: what is wanted of them, and how it fares. */
export interface StreamsDoor {
  streams: Pick<Streams, 'update' | 'players'>;
  pushes: Pick<Pushes, 'update'>;
  /** Undefined until it listens for the first time. */
  rtspPort(): number | undefined;
  /** Resolves with the port when it listens for the first time. */
  listening: Promise<number>;
}

type Wanted = Parameters<StreamsTold['outputs']>;

const NOBODY = { archive: 0, confidence: 0 };

/** Starts the process. It offers nothing until it is told what. */
export function startStreamsDoor(parts: StreamsDoorParts, scope: Scope): StreamsDoor {
  const { device, engine, beginning, log, lines } = parts;
  const wanted: { streams?: Wanted[0]; pushes?: Wanted[1] } = {};
  const { promise: listening, resolve } = Promise.withResolvers<number>();
  let peer: Peer<StreamsTold> | undefined;
  let players: Record<'archive' | 'confidence', number> = NOBODY;
  let port: number | undefined;
  const tell = (): void => {
    if (wanted.streams && wanted.pushes) peer?.tell('outputs', wanted.streams, wanted.pushes);
  };
  const serve = (other: Peer<StreamsTold>): Offer<StreamsCalls> => {
    peer = other;
    const [begin, packets] = [offerBeginning(device, beginning), offerPackets(engine.rings, other)];
    tell();
    return {
      handlers: {
        ...begin.handlers,
        ...packets.handlers,
        rtspPort: (now) => resolve((port = now)),
        players: (counts) => void (players = { archive: Number(counts.archive), confidence: Number(counts.confidence) }),
        pushSeen: (id, seen) => tellPush(device, id, seen),
      },
      end() {
        packets.end();
        peer = undefined;
        players = NOBODY;
        for (const push of wanted.pushes ?? []) tellInterrupted(device, push);
      },
    };
  };
  startDoorProcess({ name: 'streams', heapMB: 96, niceness: 5, serve, log, lines }, scope);
  return {
    streams: {
      update(streams) {
        wanted.streams = streams;
        tell();
      },
      players: () => players,
    },
    pushes: {
      update(pushes) {
        wanted.pushes = pushes;
        tell();
      },
    },
    rtspPort: () => port,
    listening,
  };
}

function tellInterrupted(device: Device, { id, enabled }: PushWanted): void {
  if (enabled) tellPush(device, id, { status: 'waiting', sinceMs: Date.now(), error: 'what sends it begins anew' });
}
