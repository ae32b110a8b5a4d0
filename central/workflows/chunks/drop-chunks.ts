import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { eventNamed } from '../../catalogue/events.ts';
import type { ConnectionOptions } from '../../store/connect.ts';
import { listen } from '../../store/listen.ts';
import { CHUNKS_FOLDER, folderOf, type ChunkNeeds } from './chunk-needs.ts';
import { namedPaths } from './keep-new-file.ts';

type DropNeeds = Pick<ChunkNeeds, 'database' | 'store' | 'log'>;

/** States of a run in which its event still needs what was encoded. */
const AT_WORK = ['instantiated', 'running', 'paused', 'failing'];
/** Milliseconds after which a file that no row names was left by a worker that ended: its row would be there. */
const LEFT_MS = 6 * 3600_000;
/** Milliseconds until a task that is over is forgotten. */
const TASK_MS = 24 * 3600_000;

/**
 * Removes what is not needed any more: renditions and sounds that no publication names, whose event has no run at
 * work, and that nobody has wanted since `before`; files that no row names; all of events that are gone. Gives the
 * number of files that were removed.
 */
export async function dropOldChunks(needs: DropNeeds, before: Date, nowMs: number): Promise<number> {
  const { database } = needs;
  await database
    .deleteFrom('chunk_tasks')
    .where('state', '!=', 'open')
    .where('created_at', '<', new Date(nowMs - TASK_MS))
    .execute();
  await database
    .deleteFrom('sound_tasks')
    .where('touched_at', '<', new Date(nowMs - TASK_MS))
    .execute();
  await database
    .deleteFrom('renditions')
    .where('touched_at', '<', before)
    .where(sql<boolean>`id not in (select unnest(renditions) from publication_elements)`)
    .where('event', 'not in', eventsAtWork(needs))
    .execute();
  await database
    .deleteFrom('film_sounds')
    .where('touched_at', '<', before)
    .where(sql<boolean>`path not in (select unnest(sounds) from publication_elements)`)
    .where('event', 'not in', eventsAtWork(needs))
    .execute();
  return removeFiles(needs, nowMs);
}

const eventsAtWork = ({ database }: DropNeeds) =>
  database.selectFrom('workflows').select('event').where('state', 'in', AT_WORK);

/** Removes files that no row names, and folders of events that have nothing any more. */
async function removeFiles({ database, store, log }: DropNeeds, nowMs: number): Promise<number> {
  const root = store.at(CHUNKS_FOLDER);
  let removed = 0;
  for (const folder of await readdir(root).catch(() => [])) {
    const names = await readdir(join(root, folder)).catch(() => []);
    const paths = names.map((name) => `${CHUNKS_FOLDER}/${folder}/${name}`);
    if (names.length === 0) await removeEmpty(join(root, folder), nowMs);
    const kept = await namedPaths(database, paths);
    for (const path of paths) {
      if (kept.has(path)) continue;
      const known = await stat(store.at(path)).catch(() => undefined);
      // A worker writes a file before its row.
      if (!known || nowMs - known.mtimeMs < LEFT_MS) continue;
      await rm(store.at(path), { force: true });
      log.info({ path }, 'encoded pieces that nobody needs were removed');
      removed++;
    }
  }
  return removed;
}

/** Removes an empty folder; a younger one may be that of a file which is being made. */
async function removeEmpty(folder: string, nowMs: number): Promise<void> {
  const known = await stat(folder).catch(() => undefined);
  if (known && nowMs - known.mtimeMs >= LEFT_MS) await rmdir(folder).catch(() => undefined);
}

/** Removes all files of an event whose rows are gone with it. Gives false if the event is there. */
export async function dropChunksOfGone({ database, store, log }: DropNeeds, event: string): Promise<boolean> {
  const there = await eventNamed(database, event);
  if (there) return false;
  await rm(store.at(folderOf(event)), { force: true, recursive: true });
  log.info({ event }, 'the encoded pieces of a deleted event were removed');
  return true;
}

/**
 * Watches for events that are deleted, and removes their pieces at once. A notice that is lost is made up for by
 * `dropOldChunks`. The result ends that.
 */
export function watchGoneEvents(needs: DropNeeds, connection: ConnectionOptions): { close(): Promise<void> } {
  const onNotice = (event: string): void =>
    void dropChunksOfGone(needs, event).catch((error: unknown) =>
      needs.log.warn({ err: error, event }, 'the pieces of a deleted event could not be removed'),
    );
  return listen(connection, 'amphi_chunks', { onOpen: () => undefined, onNotice }, needs.log);
}
