import type { Packet } from '#lib/media/packet.ts';

interface Group {
  /** Offset in the file at which the fragment of this group's key picture begins. */
  offset: number;
  packets: Packet[];
}

/**
 * Keeps the packets that the disk may still lose, in whole groups of pictures, oldest first. If the file fails, the
 * next file begins with them, and the failed one is cut back to where they began; so nothing is missing and nothing is
 * there twice.
 */
export interface Backlog {
  readonly bytes: number;
  readonly packets: readonly Packet[];
  /** Offset at which the file must be cut, so that `packets` follow it; undefined if there are none. */
  readonly offset: number | undefined;
  /** Adds a packet. `offset` is where its fragment begins in the file, and matters for key pictures alone. */
  add(packet: Packet, offset: number): void;
  /** Must be called when all bytes before this offset are safe on the disk. */
  durable(bytes: number): void;
  /** Drops the oldest groups until at most `maxBytes` are held; the newest group always stays. */
  limit(maxBytes: number): void;
}

/** Opens an empty backlog. */
export function openBacklog(): Backlog {
  let groups: Group[] = [];
  let bytes = 0;
  const drop = (): void => {
    const [oldest, ...rest] = groups;
    bytes -= (oldest?.packets ?? []).reduce((sum, packet) => sum + bytesOf(packet), 0);
    groups = rest;
  };
  return {
    get bytes() {
      return bytes;
    },
    get packets() {
      return groups.flatMap((group) => group.packets);
    },
    get offset() {
      return groups[0]?.offset;
    },
    add(packet, offset) {
      if (packet.key) groups.push({ offset, packets: [] });
      const group = groups.at(-1);
      if (!group) return;
      group.packets.push(packet);
      bytes += bytesOf(packet);
    },
    durable(safe) {
      while (groups[1] && groups[1].offset <= safe) drop();
    },
    limit(maxBytes) {
      const isTooMuch = (): boolean => bytes > maxBytes && groups.length > 1;
      while (isTooMuch()) drop();
    },
  };
}

/** Bytes of a packet's units. */
export const bytesOf = (packet: Packet): number => packet.units.reduce((sum, unit) => sum + unit.length, 0);
