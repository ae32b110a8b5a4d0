import { openBelievedWall } from '@amphi/lib/runtime/believed-wall.ts';
import type { Clock } from '@amphi/lib/runtime/clock.ts';
import type { Log } from '@amphi/lib/runtime/log.ts';
import { forgetFiles, unneededFiles } from '../catalogue/deleted.ts';
import type { Database } from '../store/connect.ts';
import type { MediaStore } from '../store/media-store.ts';
import { removePlaced } from './elements.ts';

interface Needs {
  database: Database;
  store: MediaStore;
}

/** An agent gives a package up: what was brought of it, and belongs to no event, goes. */
export async function discard({ database, store }: Needs, id: string): Promise<void> {
  const gone = await database.transaction().execute(async (within) => {
    const rows = await within.deleteFrom('package_elements').where('package', '=', id).returning('path').execute();
    await within.deleteFrom('media_packages').where('id', '=', id).execute();
    return rows;
  });
  await removePlaced(store, gone);
}

/** What is begun and not ended goes after so long. */
const DAY_MS = 24 * 3600_000;
const KEPT_MS = 7 * DAY_MS;
const EVERY_MS = 6 * 3600_000;

/** Removes the packages that nobody touched for a week. */
export async function removeOldPackages(needs: Needs, nowMs: number): Promise<void> {
  const old = await needs.database
    .selectFrom('media_packages')
    .select('id')
    .where('touched_at', '<', new Date(nowMs - KEPT_MS))
    .execute();
  for (const { id } of old) await discard(needs, id);
}

/** Files of deleted events that are removed in one round; the next takes the others. */
const MOST_REMOVED = 1000;

/**
 * Removes the media of events that a person deleted long ago, and that nothing names any more; each is logged. What the server itself
 * took out of the timetable is never removed. Gives how many files went.
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

/** How long what people deleted stays, days. */
interface Keeping {
  keepDeletedDays: number;
}

/**
 * Looks every six hours for what can go: old packages, fetches that nobody went on with, media of deleted events; a clock that was set
 * ahead makes nothing older. Gives what ends it.
 */
export function startHousekeeping({
  clock,
  log,
  keepDeletedDays,
  ...needs
}: Needs & Keeping & { clock: Clock; log: Log }): () => void {
  const wallMs = openBelievedWall(clock);
  const round = async (): Promise<void> => {
    const nowMs = wallMs();
    await removeOldPackages(needs, nowMs);
    await needs.store.removeOldPartials(nowMs - KEPT_MS);
    await removeDeletedMedia({ ...needs, log }, new Date(nowMs - keepDeletedDays * DAY_MS));
  };
  const timer = setInterval(() => {
    round().catch((error: unknown) => log.warn({ error }, 'what is not needed any more could not be removed'));
  }, EVERY_MS);
  return () => clearInterval(timer);
}
