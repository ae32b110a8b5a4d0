import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '#lib/runtime/clock.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { inspectDestination, type Destination, type DestinationSeen } from './destinations.ts';

/** The destinations of recordings, in the order in which they are tried. */
export interface Storage {
  /**
   * The destination for the next file: the preferred one if it is usable, else the first usable one. A destination that
   * failed within the last minute comes last. Rejects with code `NOWHERE` and all reasons if none is usable.
   */
  choose(preferred?: string): Promise<Destination>;
  /** Must be called when a destination failed. */
  avoid(name: string): void;
  inspect(): Promise<DestinationSeen[]>;
  /** Makes the folder of a recording; false if a folder of this name exists. */
  makeFolder(destination: Destination, base: string): Promise<boolean>;
  folderOf(destination: Destination, base: string): string;
  readonly destinations: readonly Destination[];
}

/** Time in ms for which a destination that failed comes last. */
const AVOID_MS = 60_000;

/** Opens the destinations. */
export function openStorage(destinations: readonly Destination[], clock: Clock, catalog: Catalog): Storage {
  const avoidedAtMs = new Map<string, number>();
  const inspect = (destination: Destination): Promise<DestinationSeen> =>
    inspectDestination(destination, destination.maxBytes === undefined ? 0 : catalog.bytesIn(destination.name));
  const isAvoided = ({ name }: Destination): boolean =>
    clock.monotonicMs() - (avoidedAtMs.get(name) ?? Number.NEGATIVE_INFINITY) < AVOID_MS;
  const rank = (destination: Destination, preferred: string | undefined): number =>
    (isAvoided(destination) ? 2 : 0) + (destination.name === preferred ? 0 : 1);

  return {
    destinations,
    async choose(preferred) {
      const reasons: string[] = [];
      for (const destination of destinations.toSorted((a, b) => rank(a, preferred) - rank(b, preferred))) {
        const seen = await inspect(destination);
        if (seen.usable) return destination;
        reasons.push(`${destination.name} (${destination.folder}) ${seen.reason}`);
      }
      throw Object.assign(new Error(reasons.join('; ') || 'no destination is configured'), { code: 'NOWHERE' });
    },
    avoid: (name) => void avoidedAtMs.set(name, clock.monotonicMs()),
    inspect: () => Promise.all(destinations.map(inspect)),
    async makeFolder(destination, base) {
      try {
        await mkdir(join(destination.folder, base));
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
        throw error;
      }
    },
    folderOf: (destination, base) => join(destination.folder, base),
  };
}
