import type { Clock } from '@amphi/lib/runtime/clock.ts';
import type { Log } from '@amphi/lib/runtime/log.ts';
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
const KEPT_MS = 7 * 24 * 3600_000;
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

/** Looks for old packages every six hours. Gives what ends it. */
export function startHousekeeping({ clock, log, ...needs }: Needs & { clock: Clock; log: Log }): () => void {
  const timer = setInterval(() => {
    removeOldPackages(needs, clock.nowMs()).catch((error: unknown) =>
      log.warn({ error }, 'old packages could not be removed'),
    );
  }, EVERY_MS);
  return () => clearInterval(timer);
}
