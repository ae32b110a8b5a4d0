import type { Packet, StreamParameters } from './packet.ts';

/** Who listens to a stream of packets. */
export interface PacketTap {
  onPacket(packet: Packet): void;
  /** The encoder broke: packets are missing before the next one, and its parameters may be others. */
  onBreak?(reason: string): void;
}

/**
 * A live coded stream: hands each packet to every tap at once, and remembers those since the last key picture
 * so that a tap that joins late can begin on it.
 */
export interface PacketRing {
  /** Undefined until the encoder has said what it makes. */
  readonly parameters: StreamParameters | undefined;
  /** Resolves with the parameters once they are known. */
  ready(): Promise<StreamParameters>;
  /** Packets since (and with) the last key picture, oldest first. */
  sinceKey(): readonly Packet[];
  /** Returns the function that ends it. With `fromKey`, the tap is first given `sinceKey()`. */
  tap(tap: PacketTap, options?: { fromKey?: boolean }): () => void;
  setParameters(parameters: StreamParameters): void;
  push(packet: Packet): void;
  breakOff(reason: string): void;
}

/** At most this many bytes are remembered: a stream with no key pictures must not fill the memory. */
const MAX_BYTES = 16 << 20;

export function openPacketRing(): PacketRing {
  const taps = new Set<PacketTap>();
  const waiting: ((parameters: StreamParameters) => void)[] = [];
  let parameters: StreamParameters | undefined;
  let packets: Packet[] = [];
  let bytes = 0;

  const remember = (packet: Packet): void => {
    if (packet.key || bytes > MAX_BYTES) {
      packets = [];
      bytes = 0;
    }
    if (!packet.key && packets.length === 0) return;
    packets.push(packet);
    bytes += packet.ts.length;
  };

  return {
    get parameters() {
      return parameters;
    },
    ready: () => (parameters ? Promise.resolve(parameters) : new Promise((resolve) => waiting.push(resolve))),
    sinceKey: () => packets,
    tap(tap, options = {}) {
      if (options.fromKey) for (const packet of packets) tap.onPacket(packet);
      taps.add(tap);
      return () => void taps.delete(tap);
    },
    setParameters(next) {
      parameters = next;
      for (const resolve of waiting.splice(0)) resolve(next);
    },
    push(packet) {
      remember(packet);
      for (const tap of taps) tap.onPacket(packet);
    },
    breakOff(reason) {
      packets = [];
      bytes = 0;
      for (const tap of taps) tap.onBreak?.(reason);
    },
  };
}
