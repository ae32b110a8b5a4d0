import { join } from 'node:path';
import { partsOf, type Recordings } from '../recordings.ts';
import { withSpan, type ByteSpan } from './hand-over.ts';
import type { HandOverStore } from './hand-over-store.ts';

/** A file that the server may fetch without a password: the ticket in its address is secret. */
export interface Pickup {
  name: string;
  path: string;
  size: number;
  /** Must be called when these bytes were sent. */
  given(span: ByteSpan): void;
}

/** The files that a server may fetch. */
export interface Pickups {
  /** Finds a file; undefined if the ticket is not valid, or the file does not belong to it. */
  find(ticket: string, name: string): Pickup | undefined;
}

/**
 * Opens the pickups. A ticket is valid from when the server gets it until the server has fetched everything. `onGiven`
 * is called after each range that was sent.
 */
export function openPickups(store: HandOverStore, recordings: Recordings, onGiven: () => void): Pickups {
  return {
    find(ticket, name) {
      const handOver = store.list().find((one) => one.ticket === ticket && one.step !== 'done');
      const recording = handOver && recordings.find(handOver.take);
      const part = recording && partsOf(recording).find((one) => one.name === name);
      if (!handOver || !part) return undefined;
      const given = (span: ByteSpan): void => {
        void store
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
