import type { Database } from '../store/connect.ts';
import type { OperationContext } from '../workflows/run/operation.ts';
import type { StreamFile, StreamFolder } from './streams.ts';

/** Rows of the files in the folder of a streaming server. */

interface Needs {
  database: Database;
  streams?: StreamFolder | undefined;
}

/** Whether something was ever put into the folder. */
export async function hasStreams(database: Database): Promise<boolean> {
  const found = await database.selectFrom('publication_streams').select('path').limit(1).executeTakeFirst();
  return found !== undefined;
}

/** Writes the files of a publication. */
export async function keepStreams(within: Database, publication: string, files: readonly StreamFile[]): Promise<void> {
  if (files.length === 0) return;
  await within
    .insertInto('publication_streams')
    .values(files.map((file) => ({ ...file, publication })))
    .execute();
}

/** Gives the files of a publication to the one that keeps its streams; lists that this one has of its own stay. */
export async function moveStreams(within: Database, { from, to }: { from: string; to: string }): Promise<void> {
  const own = within.selectFrom('publication_streams').select('path').where('publication', '=', to);
  await within
    .updateTable('publication_streams')
    .set({ publication: to })
    .where('publication', '=', from)
    .where('path', 'not in', own)
    .execute();
}

/**
 * Removes what publications that were taken back have in the folder. Rejects with `OperationFailed` while it is away;
 * it is tried again every minute.
 */
export async function removeStreams(
  needs: Needs,
  of: { event: string; channel: string },
  log: OperationContext['log'],
): Promise<void> {
  const rows = await needs.database
    .selectFrom('publications')
    .select('id')
    .where('event', '=', of.event)
    .where('channel', '=', of.channel)
    .where('is_retracted', '=', true)
    .execute();
  const left = await removeOf(
    needs,
    rows.map(({ id }) => id),
  );
  if (left > 0)
    log(`${left} files stay in the folder of the streaming server: no such folder is configured any more`, 'warning');
}

/** Removes the files of some publications that no other one has. Gives how many stay, since no folder is configured. */
async function removeOf({ database, streams }: Needs, publications: readonly string[]): Promise<number> {
  if (publications.length === 0) return 0;
  const rows = await database
    .selectFrom('publication_streams as own')
    .select('own.path')
    .where('own.publication', 'in', publications)
    .where((of) =>
      of.not(
        of.exists(
          of
            .selectFrom('publication_streams as other')
            .select('other.path')
            .whereRef('other.path', '=', 'own.path')
            .where('other.publication', 'not in', publications),
        ),
      ),
    )
    .execute();
  if (!streams) return rows.length;
  await streams.remove([...new Set(rows.map(({ path }) => path))]);
  await database.deleteFrom('publication_streams').where('publication', 'in', publications).execute();
  return 0;
}

/** Publications whose files are removed in one round. */
const AT_ONCE = 100;

/**
 * Removes from the folder what is not published any more: at once what was taken back, and what was replaced before a
 * moment. Rejects with `OperationFailed` while the folder is away.
 */
export async function removeOldStreams(needs: Needs, before: Date): Promise<void> {
  if (!needs.streams) return;
  const rows = await needs.database
    .selectFrom('publications')
    .select('id')
    .where((where) => where.or([where('is_retracted', '=', true), where('ended_at', '<', before)]))
    .where('ended_at', 'is not', null)
    .where((where) =>
      where.exists(
        where.selectFrom('publication_streams').select('path').whereRef('publication', '=', 'publications.id'),
      ),
    )
    .limit(AT_ONCE)
    .execute();
  await removeOf(
    needs,
    rows.map(({ id }) => id),
  );
}

/**
 * Writes lists again that do not have the content of what was published since a moment: a run that was stopped at its
 * very end may have left others.
 */
export async function restoreLists({ database, streams }: Needs, since: Date): Promise<void> {
  if (!streams) return;
  const rows = await database
    .selectFrom('publication_streams')
    .innerJoin('publications', 'publications.id', 'publication_streams.publication')
    .select(['publication_streams.path', 'publication_streams.content'])
    .where('publications.ended_at', 'is', null)
    .where('publications.made_at', '>=', since)
    .where('publication_streams.content', 'is not', null)
    .execute();
  if (rows.length > 0) await streams.restore(rows);
}
