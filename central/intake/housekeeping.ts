import type { Database } from '../store/connect.ts';
import type { Log } from '@amphi/lib/runtime/log.ts';
import type { MediaStore } from '../store/media-store.ts';

type Parts = { database: Database; store: MediaStore };

/** An agent gives a package up: what was brought of it, and belongs to no event, goes. */
export async function discard({ database, store }: Parts, id: string): Promise<void> {
  const gone = await database.deleteFrom('package_elements').where('package', '=', id).returningAll().execute();
  for (const { path } of gone) await store.remove(path.split('/').slice(0, 2).join('/'));
  await database.deleteFrom('media_packages').where('id', '=', id).execute();
}

const KEPT_MS = 7 * 24 * 3600_000;
const EVERY_MS = 6 * 3600_000;

/** Removes what was begun and not ended for a week. */
export function startHousekeeping(parts: Parts & { log: Log }): () => void {
  const clean = async (): Promise<void> => {
    const old = await parts.database
      .selectFrom('media_packages')
      .select('id')
      .where('touched_at', '<', new Date(Date.now() - KEPT_MS))
      .execute();
    for (const { id } of old) await discard(parts, id);
  };
  const timer = setInterval(() => {
    clean().catch((error: unknown) => parts.log.warn({ error }, 'old packages could not be removed'));
  }, EVERY_MS);
  return () => clearInterval(timer);
}
