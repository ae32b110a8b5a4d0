import { z } from 'zod';
import { tellPush } from '#agent/box/media/alarms.ts';
import type { Listening } from '#agent/box/control/listening.ts';
import type { Device } from '#agent/device/device.ts';
import type { PushWanted, StreamName } from '#agent/device/state.ts';
import type { Engine } from '#agent/media/engine.ts';
import type { Pushes } from '#agent/rtsp/pushes.ts';
import type { Streams } from '#agent/rtsp/streams.ts';
import type { Log, LogLines } from '#lib/runtime/log.ts';
import type { Peer } from '#lib/runtime/processes/peer.ts';
import type { Offer } from '#lib/runtime/processes/supervised.ts';
import type { Scope } from '#lib/runtime/scope.ts';
import type { Beginning, StreamsCalls, StreamsTold } from '../calls.ts';
import { startDoorProcess } from './door-process.ts';
import { offerPackets } from './packets.ts';
import { offerBeginning } from './state.ts';

export interface StreamsDoorParts {
  device: Device;
  engine: Pick<Engine, 'rings'>;
  beginning: Beginning;
  listening: Listening;
  log: Log;
  lines: LogLines;
}

/**
 * RTSP and pushes, which run in a process of their own. `update` tells it what is wanted; `players` gives how many
 * players each stream has.
 */
export interface StreamsDoor {
  streams: Pick<Streams, 'update' | 'players'>;
  pushes: Pick<Pushes, 'update'>;
  /** Resolves to the RTSP port when RTSP listens for the first time. */
  rtspPort: Promise<number>;
}

const portShape = z.int().min(0).max(65_535);
const count = z.int().min(0);
const playersShape = z.object({ archive: count, 'archive-b': count, confidence: count });
const seenShape = z
  .object({
    status: z.enum(['off', 'connecting', 'connected', 'waiting']),
    error: z.string().max(4096).optional(),
    sinceMs: z.number(),
  })
  .transform(({ error, ...seen }) => (error === undefined ? seen : { ...seen, error }))
  .optional();

type Wanted = Parameters<StreamsTold['outputs']>;

const NOBODY = { archive: 0, 'archive-b': 0, confidence: 0 };

/** Starts RTSP and pushes in a process of their own. It offers no stream until both `update` functions were called. */
export function startStreamsDoor(parts: StreamsDoorParts, scope: Scope): StreamsDoor {
  const { device, engine, beginning, listening, log, lines } = parts;
  const wanted: { streams?: Wanted[0]; pushes?: Wanted[1] } = {};
  const { promise: rtspPort, resolve } = Promise.withResolvers<number>();
  let peer: Peer<StreamsTold> | undefined;
  let players: Record<StreamName, number> = NOBODY;
  const tell = (): void => {
    if (wanted.streams && wanted.pushes) peer?.tell('outputs', wanted.streams, wanted.pushes);
  };
  const serve = (other: Peer<StreamsTold>): Offer<StreamsCalls> => {
    peer = other;
    const [begin, packets] = [offerBeginning(device, beginning, listening), offerPackets(engine.rings, other)];
    tell();
    return {
      handlers: {
        ...begin.handlers,
        ...packets.handlers,
        rtspPort(port) {
          const rtsp = portShape.parse(port);
          listening.tell({ rtsp });
          resolve(rtsp);
        },
        players: (counts) => void (players = playersShape.parse(counts)),
        pushSeen(id, seen) {
          // The state of a push that is not wanted any more is removed, whatever the door says.
          const isWanted = wanted.pushes?.some((push) => push.id === id) ?? false;
          tellPush(device, id, isWanted ? seenShape.parse(seen) : undefined);
        },
      },
      end() {
        packets.end();
        peer = undefined;
        players = NOBODY;
        for (const push of wanted.pushes ?? []) tellInterrupted(device, push);
      },
    };
  };
  startDoorProcess({ name: 'streams', heapMB: 96, niceness: 5, serve, device, log, lines }, scope);
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
    rtspPort,
  };
}

function tellInterrupted(device: Device, { id, enabled }: PushWanted): void {
  if (enabled) tellPush(device, id, { status: 'waiting', sinceMs: Date.now(), error: 'what sends it begins anew' });
}
