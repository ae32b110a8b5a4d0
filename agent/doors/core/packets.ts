import type { StreamName } from '#agent/device/state.ts';
import type { PacketRing } from '#lib/media/packet-ring.ts';
import type { Packet, StreamParameters } from '#lib/media/packet.ts';
import type { Peer } from '#lib/runtime/processes/peer.ts';
import type { Offer } from '#lib/runtime/processes/supervised.ts';
import type { PacketCalls, PacketsTold, ParameterFacts } from '../calls.ts';
import { MOST_WAITING_BYTES } from './state.ts';

/**
 * Bytes that may wait for a door when it gets packets again after it was too slow. While more wait, it gets none; then
 * it begins with a key picture.
 */
const ROOM_BYTES = 64 << 10;

type Rings = Record<StreamName, PacketRing>;

/**
 * Number of packets that are told in one message. Sound packets wait for the next picture, which comes soon; without
 * pictures, a message is sent when this number is reached.
 */
const MOST_TOGETHER = 16;

/**
 * Offers the coded packets to a door that asks for them. A door that does not read loses pictures until the next key
 * picture; nobody waits for it.
 */
export function offerPackets(rings: Rings, peer: Peer<PacketsTold>): Offer<PacketCalls> {
  const taps = new Map<StreamName, () => void>();
  const unwatch = (stream: StreamName): void => {
    taps.get(stream)?.();
    taps.delete(stream);
  };
  return {
    handlers: {
      watch(stream, on) {
        if (!Object.hasOwn(rings, stream)) throw new Error('there is no such stream');
        unwatch(stream);
        if (on) taps.set(stream, tap(stream, rings[stream], peer));
      },
    },
    end: () => {
      for (const stream of taps.keys()) unwatch(stream);
    },
  };
}

function tap(stream: StreamName, ring: PacketRing, peer: Peer<PacketsTold>): () => void {
  let known: StreamParameters | undefined;
  let isBehind = false;
  let together: Packet[] = [];
  const tellPackets = (): void => {
    const facts = together.map(({ track, ptsTicks, dtsTicks, key, units }) => ({
      track,
      ptsTicks,
      dtsTicks,
      key,
      units: units.length,
    }));
    const bytes = together.flatMap(({ ts, units }) => [ts, ...units]);
    if (together.length > 0) peer.tell('packets', stream, facts, ...bytes);
    together = [];
  };
  const tellParameters = ({ parameters }: PacketRing): void => {
    if (!parameters || parameters === known) return;
    known = parameters;
    tellPackets();
    peer.tell('parameters', stream, ...parametersTold(parameters));
  };
  const onPacket = (packet: Packet): void => {
    if (peer.waitingBytes() > MOST_WAITING_BYTES) isBehind = true;
    if (isBehind && !(packet.key && peer.waitingBytes() <= ROOM_BYTES)) return;
    if (isBehind) {
      isBehind = false;
      tellPackets();
      peer.tell('cut', stream, 'packets were left out');
    }
    tellParameters(ring);
    together.push(packet);
    if (packet.track === 'video' || together.length >= MOST_TOGETHER) tellPackets();
  };
  const onBreak = (reason: string): void => {
    tellPackets();
    peer.tell('cut', stream, reason);
  };
  tellParameters(ring);
  return ring.tap({ onPacket, onBreak }, { fromKey: true });
}

function parametersTold({ video, audio }: StreamParameters): [ParameterFacts, ...Buffer[]] {
  const facts: ParameterFacts = {};
  const bytes: Buffer[] = [];
  if (video) {
    facts.video = { widthPx: video.widthPx, heightPx: video.heightPx };
    bytes.push(video.sps, video.pps);
  }
  if (audio) {
    facts.audio = { sampleRateHz: audio.sampleRateHz, channels: audio.channels };
    bytes.push(audio.config);
  }
  return [facts, ...bytes];
}
