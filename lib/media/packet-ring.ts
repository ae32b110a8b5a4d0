import type { Packet, StreamParameters } from './packet.ts';

/** A receiver of a stream's packets. */
export interface PacketTap {
  onPacket(packet: Packet): void;
  /** Called when the encoder failed: packets are missing before the next one, and its parameters may differ. */
  onBreak?(reason: string): void;
}

/**
 * A live coded stream. It hands each packet to every tap at once, and keeps those since the last key picture, so that a
 * later tap can begin with them.
 */
export interface PacketRing {
  /** The stream's parameters; undefined until the encoder has reported them. */
  readonly parameters: StreamParameters | undefined;
  /** Resolves with the parameters when they are known. */
  ready(): Promise<StreamParameters>;
  /** The packets from the last key picture on, oldest first. */
  sinceKey(): readonly Packet[];
  /** Adds a tap; the result removes it. With `fromKey`, the tap first gets `sinceKey()`. */
  tap(tap: PacketTap, options?: { fromKey?: boolean }): () => void;
  setParameters(parameters: StreamParameters): void;
  push(packet: Packet): void;
  breakOff(reason: string): void;
}

/**
 * Bytes that are kept, so that a stream without key pictures cannot fill the memory; beyond them nothing is kept until
 * the next key picture.
 */
const MAX_BYTES = 16 << 20;

/** Opens a ring without parameters and taps. */
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
