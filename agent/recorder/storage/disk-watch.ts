import type { Clock } from '#lib/runtime/clock.ts';
import { openInTurn } from '#lib/runtime/in-turn.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Destination, DestinationSeen } from './destinations.ts';
import { freePercent, hoursLeft, isLow, spaceFor, toClean, type DiskRules } from './disk.ts';
import type { OnFact } from '../facts.ts';
import type { Storage } from './storage.ts';

/** Options of `startDiskWatch`. */
export interface DiskWatchOptions {
  storage: Storage;
  catalog: Catalog;
  clock: Clock;
  log: Log;
  rules: DiskRules;
  onFact: OnFact;
  /** Bit rate in kb/s of a recording now. */
  kbps(): number;
  remove(id: string): Promise<void>;
  /** Called at each check with the state of the destinations. */
  onSeen(seen: readonly DestinationSeen[]): void;
  /** Names of destinations with a `disk_space` alarm, whoever raised it. */
  low: Set<string>;
}

/** Watches the disks of the destinations. */
export interface DiskWatch {
  /** Checks the disks at once; resolves when all recordings that had to be deleted are deleted. */
  look(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts to watch the disks: checks all destinations at intervals, reports their state, and deletes delivered
 * recordings when space is short.
 */
export function startDiskWatch(options: DiskWatchOptions): DiskWatch {
  const { clock, rules } = options;
  let closed = false;
  let cancel = (): void => undefined;
  const looks = openInTurn();
  const look = (): Promise<void> => looks.run(() => lookOnce(options));
  const turn = async (): Promise<void> => {
    await look().catch((error: unknown) => options.log.error({ error: String(error) }, 'the look at the disks failed'));
    if (!closed) cancel = clock.at(clock.monotonicMs() + rules.checkEveryMs, () => void turn());
  };
  void turn();
  return {
    look,
    close() {
      closed = true;
      cancel();
      return looks.idle();
    },
  };
}

async function lookOnce(options: DiskWatchOptions): Promise<void> {
  const { storage, onFact, log } = options;
  try {
    const seen = await storage.inspect();
    const kbps = options.kbps();
    options.onSeen(seen);
    onFact({ kind: 'disk', disk: seen.map((disk) => ({ ...disk, hoursLeft: hoursLeft(disk.freeBytes, kbps) })) });
    for (const [index, destination] of storage.destinations.entries()) {
      const disk = seen[index];
      if (disk && disk.totalBytes > 0) await makeRoom(options, destination, disk);
    }
  } catch (error) {
    log.warn({ error: String(error) }, 'the disks could not be looked at');
  }
}

async function makeRoom(options: DiskWatchOptions, destination: Destination, seen: DestinationSeen): Promise<void> {
  const { catalog, clock, log, low, onFact, rules } = options;
  const { name } = destination;
  const space = spaceFor(seen, catalog.bytesIn(name), destination.maxBytes);
  if (isLow(space, rules, low.has(name)) !== low.has(name)) {
    if (low.delete(name)) onFact({ kind: 'alarm', clear: { name: 'disk_space', about: name } });
    else {
      low.add(name);
      const what = (space.freeInodesPercent ?? 100) < rules.warnFreePercent ? 'of the inodes are free' : 'free';
      const text = `${freePercent(space).toFixed(1)} % ${what} in ${destination.folder}`;
      const sinceMs = clock.nowMs();
      onFact({ kind: 'alarm', raise: { name: 'disk_space', about: name, level: 'warning', text, sinceMs } });
    }
  }
  for (const info of toClean(name, space, catalog.list(), rules)) {
    log.warn({ take: info.id, destination: name }, 'a delivered recording is deleted to make room');
    await options.remove(info.id).catch((error: unknown) => log.warn({ error: String(error) }, 'not deleted'));
  }
}
