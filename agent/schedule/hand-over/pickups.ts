import { join } from 'node:path';
import { partsOf, type Recordings } from '../recordings.ts';
import { withSpan, type ByteSpan } from './hand-over.ts';
import type { HandOverShelf } from './shelf.ts';

/** A file that the server may fetch, without a password: who knows the ticket was told it by the box. */
export interface Pickup {
  name: string;
  path: string;
  size: number;
  /** So much of it has gone out. */
  given(span: ByteSpan): void;
}

export interface Pickups {
  /** Undefined for a ticket that is none (any more), or a file that is not part of it. */
  find(ticket: string, name: string): Pickup | undefined;
}

/** Tickets hold from the time that the server is told of them until it has everything. */
export function openPickups(shelf: HandOverShelf, recordings: Recordings, onGiven: () => void): Pickups {
  return {
    find(ticket, name) {
      const handOver = shelf.list().find((one) => one.ticket === ticket && one.step !== 'done');
      const recording = handOver && recordings.find(handOver.take);
      const part = recording && partsOf(recording).find((one) => one.name === name);
      if (!handOver || !part) return undefined;
      const given = (span: ByteSpan): void => {
        void shelf
          .update(handOver.take, (known) => ({
            ...known,
            nextAtMs: 0,
            fetched: { ...known.fetched, [name]: withSpan(known.fetched?.[name] ?? [], span) },
          }))
          .catch(() => undefined)
          .finally(onGiven);
      };
      return { name, path: join(part.folder, part.name), size: part.bytes, given };
    },
  };
}
