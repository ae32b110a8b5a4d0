import { readdir, stat } from 'node:fs/promises';
import { sql } from 'kysely';
import { openBelievedWall } from '@amphi/lib/runtime/believed-wall.ts';
import type { Clock } from '@amphi/lib/runtime/clock.ts';
import type { Log } from '@amphi/lib/runtime/log.ts';
import type { Database } from '../store/connect.ts';
import type { MediaStore } from '../store/media-store.ts';
import { removeOldStreams, restoreLists } from './stream-rows.ts';
import type { StreamFolder } from './streams.ts';
import { PUBLICATIONS, removePaths } from './published-files.ts';

interface Needs {
  database: Database;
  store: MediaStore;
  /** Folder of a streaming server; undefined: there is none. */
  streams?: StreamFolder | undefined;
}

/** Time in ms for which files of a publication stay after it was replaced: viewers who watch it see it to its end. */
const KEPT_MS = 4 * 3600_000;
/** Publications that are removed at a time. */
const AT_ONCE = 100;

/** Removes publications that were replaced before a moment, with their files. Gives their number. */
export async function removeReplaced({ database, store }: Needs, before: Date): Promise<number> {
  const { ids, paths } = await database.transaction().execute(async (within) => {
    const rows = await within
      .selectFrom('publications')
      .select('id')
      .where('ended_at', '<', before)
      .where('is_retracted', '=', false)
      .where((of) =>
        of.not(
          of.exists(
            of.selectFrom('publication_streams').select('path').whereRef('publication', '=', 'publications.id'),
          ),
        ),
      )
      .limit(AT_ONCE)
      .forUpdate()
      .skipLocked()
      .execute();
    const old = rows.map(({ id }) => id);
    if (old.length === 0) return { ids: old, paths: [] };
    const elements = await within
      .deleteFrom('publication_elements')
      .where('publication', 'in', old)
      .returning(['path', 'url'])
      .execute();
    await within.deleteFrom('publications').where('id', 'in', old).execute();
    return { ids: old, paths: elements.filter(({ url }) => url === null).map(({ path }) => path) };
  });
  await removePaths(store, paths);
  return ids.length;
}

/** Age in ms from which a folder that no publication names is removed: a younger one may be in the making. */
const STRAY_MS = 24 * 3600_000;

/** Removes folders that no publication names: of runs that were killed, and of events that were deleted. */
export async function removeStrays({ database, store }: Needs, nowMs: number): Promise<number> {
  const root = store.at(PUBLICATIONS);
  let removed = 0;
  for (const name of await namesIn(root)) {
    const event = eventOf(name);
    if (event === undefined) continue;
    for (const publication of await namesIn(`${root}/${name}`)) {
      const folder = `${PUBLICATIONS}/${name}/${publication}`;
      const facts = await stat(store.at(folder)).catch(() => undefined);
      if (!facts || facts.mtimeMs > nowMs - STRAY_MS || (await isNamed(database, event, folder))) continue;
      await removePaths(store, [folder]);
      removed += 1;
    }
  }
  return removed;
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

/** Whether an element of a publication of the event has its file in a folder. */
async function isNamed(database: Database, event: string, folder: string): Promise<boolean> {
  const found = await database
    .selectFrom('publication_elements')
    .innerJoin('publications', 'publications.id', 'publication_elements.publication')
    .select('publication_elements.id')
    .where('publications.event', '=', event)
    .where(sql<boolean>`starts_with(publication_elements.path, ${`${folder}/`})`)
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}

/** Event of the name of a folder; undefined: it is none of ours. */
function eventOf(name: string): string | undefined {
  try {
    return decodeURIComponent(name);
  } catch {
    return undefined;
  }
}

/** Age in ms up to which lists of a publication are compared with its rows. */
const RESTORED_MS = 3600_000;
/** Time in ms between two rounds. */
const EVERY_MS = 60_000;
/** Rounds after which strays are looked for. */
const STRAYS_EVERY = 360;

/**
 * Removes what is not published any more, every minute. A system clock that is set ahead makes nothing older. Gives a
 * function that ends it.
 */
export function startTidying({ clock, log, ...needs }: Needs & { clock: Clock; log: Log }): () => void {
  const wallMs = openBelievedWall(clock);
  let rounds = 0;
  let isAtWork = false;
  const round = async (): Promise<void> => {
    if (isAtWork) return;
    isAtWork = true;
    try {
      const before = new Date(wallMs() - KEPT_MS);
      // The folder may be away: then the rest is done all the same, and the rows tell the next round what to remove.
      const old = await removeOldStreams(needs, before).then(
        () => undefined,
        (error: unknown) => error,
      );
      await removeReplaced(needs, before);
      if (old !== undefined) throw old;
      await restoreLists(needs, new Date(wallMs() - RESTORED_MS));
      if (rounds++ % STRAYS_EVERY === 0) await removeStrays(needs, wallMs());
    } finally {
      isAtWork = false;
    }
  };
  const timer = setInterval(() => {
    round().catch((err: unknown) => log.warn({ err }, 'what is not published any more could not be removed'));
  }, EVERY_MS);
  return () => clearInterval(timer);
}
