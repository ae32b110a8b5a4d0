import type { StreamName } from '#agent/device/state.ts';
import { openPacketRing, type PacketRing } from '#lib/media/packet-ring.ts';
import type { StreamParameters } from '#lib/media/packet.ts';
import type { Handlers, Peer } from '#lib/runtime/processes/peer.ts';
import type { PacketCalls, PacketsTold, ParameterFacts } from '../calls.ts';

/** Copies of the core's rings. The core is asked for packets as long as a ring has a tap here. */
export interface RingMirrors {
  rings: Record<StreamName, PacketRing>;
  told: Handlers<PacketsTold>;
}

export function openRingMirrors(core: Peer<PacketCalls>): RingMirrors {
  const local = { archive: openPacketRing(), 'archive-b': openPacketRing(), confidence: openPacketRing() };
  const mirrorOf = (stream: StreamName): PacketRing => watched(local[stream], (on) => core.tell('watch', stream, on));
  return {
    rings: { archive: mirrorOf('archive'), 'archive-b': mirrorOf('archive-b'), confidence: mirrorOf('confidence') },
    told: {
      parameters: (stream, facts, ...bytes) => local[stream].setParameters(parametersOf(facts, bytes)),
      packets(stream, facts, ...bytes) {
        let at = 0;
        for (const { units: count, ...rest } of facts) {
          const [ts = Buffer.alloc(0), ...units] = bytes.slice(at, (at += 1 + count));
          local[stream].push({ ...rest, ts, units });
        }
      },
      cut: (stream, reason) => local[stream].breakOff(reason),
    },
  };
}

/** A ring that calls `watch(true)` before its first tap, and `watch(false)` after its last one ended. */
function watched(ring: PacketRing, watch: (on: boolean) => void): PacketRing {
  let taps = 0;
  return {
    get parameters() {
      return ring.parameters;
    },
    ready: () => ring.ready(),
    sinceKey: () => ring.sinceKey(),
    setParameters: (next) => ring.setParameters(next),
    push: (packet) => ring.push(packet),
    breakOff: (reason) => ring.breakOff(reason),
    tap(tap, options) {
      // Packets from an earlier watch are dropped, since the core begins again with a key picture.
      if (taps === 0) ring.breakOff('nobody watched');
      const end = ring.tap(tap, options);
      if (taps++ === 0) watch(true);
      let hasEnded = false;
      return () => {
        if (hasEnded) return;
        hasEnded = true;
        end();
        if (--taps === 0) watch(false);
      };
    },
  };
}

function parametersOf({ video, audio }: ParameterFacts, bytes: readonly Buffer[]): StreamParameters {
  const left = [...bytes];
  const next = (): Buffer => left.shift() ?? Buffer.alloc(0);
  return {
    ...(video ? { video: { codec: 'h264', ...video, sps: next(), pps: next() } } : {}),
    ...(audio ? { audio: { codec: 'aac', ...audio, config: next() } } : {}),
  };
}
