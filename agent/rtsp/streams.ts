import type { StreamName, StreamWanted } from '#agent/device/state.ts';
import type { PacketRing } from '#lib/media/packet-ring.ts';
import type { Mount, RtspServer } from '#lib/rtsp/server/server.ts';
import type { Log } from '#lib/runtime/log.ts';

/** The streams of the RTSP server, as wanted: `rtsp://box/extron1`, `extron3`, and in dual mode `extron2`. */
export interface Streams {
  update(wanted: Record<StreamName, StreamWanted>): void;
  players(): Record<StreamName, number>;
  close(): void;
}

/** Streams in the order of precedence: if two have the same name, the first one gets it. */
const STREAMS: readonly StreamName[] = ['archive', 'archive-b', 'confidence'];

interface Mounted {
  key: string;
  mount: Mount | undefined;
  end: () => void;
}

/**
 * Opens the streams on an RTSP server, each fed from its ring. `update` offers those that are wanted; a stream that
 * cannot be offered is logged.
 */
export function openStreams(server: RtspServer, rings: Record<StreamName, PacketRing>, log: Log): Streams {
  const mounted = new Map<StreamName, Mounted>();

  const start = (name: StreamName, wanted: StreamWanted): Omit<Mounted, 'key'> => {
    if (!wanted.enabled) return { mount: undefined, end: () => undefined };
    const ring = rings[name];
    const mount = server.mount(wanted.name, wanted.multicast ? { multicast: wanted.multicast } : {});
    let known = ring.parameters;
    if (known) mount.setParameters(known);
    const endTap = ring.tap(
      {
        onPacket(packet) {
          if (ring.parameters && ring.parameters !== known) mount.setParameters((known = ring.parameters));
          mount.push(packet);
        },
        onBreak: () => mount.breakOff(),
      },
      { fromKey: true },
    );
    return {
      mount,
      end() {
        endTap();
        mount.close();
      },
    };
  };

  const change = (name: StreamName, wanted: StreamWanted): void => {
    const key = JSON.stringify(wanted);
    if (mounted.get(name)?.key === key) return;
    mounted.get(name)?.end();
    try {
      mounted.set(name, { key, ...start(name, wanted) });
    } catch (error) {
      log.error({ error, stream: name }, 'the stream cannot be offered');
      mounted.set(name, { key, mount: undefined, end: () => undefined });
    }
  };

  const playersOf = (name: StreamName): number => mounted.get(name)?.mount?.players().length ?? 0;

  return {
    update(wanted) {
      // All streams whose names change are removed before any is added, since two may exchange their names.
      for (const name of STREAMS) {
        if (mounted.get(name)?.mount?.path === wanted[name].name) continue;
        mounted.get(name)?.end();
        mounted.delete(name);
      }
      for (const name of STREAMS) change(name, wanted[name]);
    },
    players: () => ({
      archive: playersOf('archive'),
      'archive-b': playersOf('archive-b'),
      confidence: playersOf('confidence'),
    }),
    close() {
      for (const { end } of mounted.values()) end();
    },
  };
}
