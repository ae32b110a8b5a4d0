import type { Packet } from '#lib/media/packet.ts';

interface Group {
  /** Where in the file this key picture's fragment begins. */
  offset: number;
  packets: Packet[];
}

/**
 * The packets that the disk may still lose, whole groups of pictures, oldest first: if the file fails, the next one
 * begins with them, and the failed one is cut back to where they began. Nothing is then missing or there twice.
 */
export interface Backlog {
  readonly bytes: number;
  readonly packets: readonly Packet[];
  /** Where the file must end so that `packets` go on from it; undefined if nothing is at stake. */
  readonly offset: number | undefined;
  /** `offset` counts for key pictures: where their fragment begins. */
  add(packet: Packet, offset: number): void;
  /** All bytes before this offset are safe on the disk. */
  durable(bytes: number): void;
  /** Drops the oldest groups until no more than `maxBytes` are held (the newest always stays). */
  limit(maxBytes: number): void;
}

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

export const bytesOf = (packet: Packet): number => packet.units.reduce((sum, unit) => sum + unit.length, 0);
