import { readdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { sql } from 'kysely';
import type { Database } from '../../store/connect.ts';
import { CUT_SUFFIX, readCut } from '../../store/lists/cut-file.ts';
import type { MediaStore } from '../../store/media-store.ts';
import { folderOfRun } from './attempt-files.ts';

/**
 * Removes the files of a run that nothing names any more; `removed` are ids of its elements that count as gone. A file that any
 * other table names, such as one of a version or a publication, stays. Gives the paths that were removed.
 */
export async function removeRunFiles(
  within: Database,
  store: MediaStore,
  run: number,
  removed: ReadonlySet<string>,
): Promise<string[]> {
  const folder = folderOfRun(run);
  const gone: string[] = [];
  const all = await filesBelow(store, folder);
  const recordings = await recordingsOfCuts(within, store, { run, removed });
  for (let n = 0; n < all.length; n += PATHS_AT_ONCE) {
    const paths = all.slice(n, n + PATHS_AT_ONCE);
    const needed = await neededAmong(within, paths, { run, removed });
    gone.push(...paths.filter((path) => !needed.has(path) && !recordings.has(path)));
  }
  for (const path of gone) await rm(store.at(path), { force: true });
  for (const table of REMEMBERING)
    if (gone.length > 0) await sql`delete from ${sql.table(table)} where path = any(${gone}::text[])`.execute(within);
  await removeEmptyFolders(store.at(folder));
  return gone;
}

/**
 * Removes files of runs that ended before a moment, and of runs that are not there any more: those that nothing else names. What
 * the run knew of them stays, so that an operation that is tried again then says which file is missing. Gives their number.
 */
export async function removeOldRunFiles(
  { database, store }: { database: Database; store: MediaStore },
  before: Date,
): Promise<number> {
  let count = 0;
  for (const run of await runsWithFiles(store)) {
    const row = await database.selectFrom('workflows').select('finished_at').where('id', '=', run).executeTakeFirst();
    if (row && !(row.finished_at && row.finished_at < before)) continue;
    const own = await database.selectFrom('workflow_elements').select('id').where('workflow', '=', run).execute();
    count += (await removeRunFiles(database, store, run, new Set(own.map(({ id }) => id)))).length;
  }
  return count;
}

/** Numbers of the runs that have a folder. */
async function runsWithFiles(store: MediaStore): Promise<number[]> {
  const names = await readdir(dirname(store.at(folderOfRun(0)))).catch(ifMissing);
  return names.filter((name) => /^\d{1,15}$/.test(name)).map(Number);
}

/** Paths of one query. */
const PATHS_AT_ONCE = 1000;

/** Those of some paths that are still named: by elements that the run has, by other runs, or by any other table with paths. */
async function neededAmong(
  within: Database,
  paths: readonly string[],
  { run, removed }: { run: number; removed: ReadonlySet<string> },
): Promise<Set<string>> {
  const ofRuns = await within
    .selectFrom('workflow_elements')
    .select(['id', 'path', 'workflow', 'until'])
    .where('path', 'in', paths)
    .execute();
  const needed = ofRuns.filter(({ id, workflow, until }) => workflow !== run || (until === null && !removed.has(id)));
  const found = new Set(needed.map(({ path }) => path));
  for (const table of await tablesWithPaths(within)) {
    const { rows } = await sql<{ path: string }>`select path from ${sql.table(table)}
      where path = any(${[...paths]}::text[])`.execute(within);
    for (const { path } of rows) found.add(path);
  }
  return found;
}

/** Paths of the recordings of cuts that stay: what is left of them is made of these. */
async function recordingsOfCuts(
  within: Database,
  store: MediaStore,
  { run, removed }: { run: number; removed: ReadonlySet<string> },
): Promise<Set<string>> {
  const cuts = await within
    .selectFrom('workflow_elements')
    .select(['id', 'path'])
    .where('path', 'like', `%${CUT_SUFFIX}`)
    .where('until', 'is', null)
    .where('workflow', '=', run)
    .execute();
  const stays = cuts.filter(({ id }) => !removed.has(id));
  const read = await Promise.all(stays.map(({ path }) => readCut(store.at(path)).catch(() => undefined)));
  return new Set(read.flatMap((cut) => (cut ? [cut.source] : [])));
}

/** Tables that remember what is known of files, and need none of them. */
const REMEMBERING = ['films', 'loudness'] as const;

/** All other tables that name files: also one that does not exist yet when this is written keeps its files. */
async function tablesWithPaths(within: Database): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select columns.table_name as name from information_schema.columns
    join information_schema.tables using (table_schema, table_name)
    where table_schema = current_schema() and table_type = 'BASE TABLE' and column_name = 'path'
      and columns.table_name <> 'workflow_elements'`.execute(within);
  return rows.map(({ name }) => name).filter((name) => !REMEMBERING.some((one) => one === name));
}

/** Paths of all files below a folder of the media folder; none if there is no such folder. */
async function filesBelow(store: MediaStore, folder: string): Promise<string[]> {
  const entries = await readdir(store.at(folder), { recursive: true, withFileTypes: true }).catch(ifMissing);
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => `${folder}/${relative(store.at(folder), join(entry.parentPath, entry.name))}`);
}

function ifMissing(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT') return [];
  throw error;
}

/** Removes a folder and those in it, from the inside out, as far as they are empty. */
async function removeEmptyFolders(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(ifMissing);
  for (const entry of entries) if (entry.isDirectory()) await removeEmptyFolders(join(folder, entry.name));
  await rmdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(error.code ?? '')) throw error;
  });
}
