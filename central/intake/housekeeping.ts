import { openBelievedWall } from '@amphi/lib/runtime/believed-wall.ts';
import type { Clock } from '@amphi/lib/runtime/clock.ts';
import type { Log } from '@amphi/lib/runtime/log.ts';
import { forgetFiles, unneededFiles } from '../catalogue/deleted.ts';
import type { Database } from '../store/connect.ts';
import type { MediaStore } from '../store/media-store.ts';
import { removeOldRunFiles } from '../workflows/run/run-files.ts';
import { removePlaced } from './elements.ts';
import type { GrowingUploads } from './growing/growing.ts';

interface Needs {
  database: Database;
  store: MediaStore;
}

/** Removes a package that an agent gives up: files of it that belong to no event are deleted. */
export async function discard({ database, store }: Needs, id: string): Promise<void> {
  const gone = await database.transaction().execute(async (within) => {
    const rows = await within.deleteFrom('package_elements').where('package', '=', id).returning('path').execute();
    await within.deleteFrom('media_packages').where('id', '=', id).execute();
    return rows;
  });
  await removePlaced(store, gone);
}

const DAY_MS = 24 * 3600_000;
/** Time in ms after which a package or a fetch that was begun and not ended is removed. */
const KEPT_MS = 7 * DAY_MS;
/** Interval in ms between two rounds of housekeeping. */
const EVERY_MS = 6 * 3600_000;

/** Removes the packages that were not touched for a week. */
export async function removeOldPackages(needs: Needs, nowMs: number): Promise<void> {
  const old = await needs.database
    .selectFrom('media_packages')
    .select('id')
    .where('touched_at', '<', new Date(nowMs - KEPT_MS))
    .execute();
  for (const { id } of old) await discard(needs, id);
}

/** Files of deleted events that are removed in one round; the others are removed in the next. */
const MOST_REMOVED = 1000;

/**
 * Removes the media of events that a person deleted long ago and that nothing names any more; each file is logged.
 * Media of events that the server took out of the timetable itself are never removed. Gives the number of files that
 * were removed.
 */
export async function removeDeletedMedia(
  { database, store, log }: Needs & { log: Log },
  before: Date,
): Promise<number> {
  const paths = await unneededFiles(database, before, MOST_REMOVED);
  for (const path of paths) {
    await removePlaced(store, [{ path }]);
    log.info({ path }, 'a file of a deleted event was removed');
  }
  await forgetFiles(database, paths);
  return paths.length;
}

interface Keeping {
  /** Days for which deleted media are kept. */
  keepDeletedDays: number;
  growing: Pick<GrowingUploads, 'removeOld'>;
}

/**
 * Removes old packages, abandoned fetches and uploads, and media of deleted events, every six hours. A system clock that is set
 * ahead makes nothing older. Gives a function that ends it.
 */
export function startHousekeeping({
  clock,
  log,
  keepDeletedDays,
  growing,
  ...needs
}: Needs & Keeping & { clock: Clock; log: Log }): () => void {
  const wallMs = openBelievedWall(clock);
  const round = async (): Promise<void> => {
    const nowMs = wallMs();
    await removeOldPackages(needs, nowMs);
    await needs.store.removeOldPartials(nowMs - KEPT_MS);
    await growing.removeOld(new Date(nowMs - KEPT_MS));
    const before = new Date(nowMs - keepDeletedDays * DAY_MS);
    await removeDeletedMedia({ ...needs, log }, before);
    const files = await removeOldRunFiles(needs, before);
    if (files > 0) log.info({ files }, 'files of old runs of workflows were removed');
  };
  const timer = setInterval(() => {
    round().catch((error: unknown) => log.warn({ error }, 'what is not needed any more could not be removed'));
  }, EVERY_MS);
  return () => clearInterval(timer);
}
