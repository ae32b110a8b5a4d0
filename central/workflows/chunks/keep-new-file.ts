import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { sql } from 'kysely';
import { writeBeside } from '@amphi/lib/runtime/disk/write-beside.ts';
import type { Database } from '../../store/connect.ts';
import { folderOf, type ChunkNeeds } from './chunk-needs.ts';

/** A file that is to be kept with an event, and named in the database. */
export interface NewFile {
  /** End of its name: `.m4f`. */
  ending: string;
  /** Bytes that it will have, if that is known. */
  sizeBytes?: number;
  /** Makes the file under a temporary name. */
  write: (temporary: string) => Promise<void>;
  /** Names it in the database by its path below the media folder; false: what is named there already is as good. */
  name: (path: string) => Promise<boolean>;
}

/**
 * Keeps a new file: it is complete and on the disk before the database names it. Nothing is left of it if it cannot be
 * written, or if the database refuses to name it. When the answer of the database is lost, the file stays: it may be named, and
 * `dropOldChunks` removes it later if it is not.
 */
export async function keepNewFile(needs: ChunkNeeds, event: string, file: NewFile): Promise<void> {
  const path = `${folderOf(event)}/${randomUUID()}${file.ending}`;
  const final = needs.store.at(path);
  await needs.store.checkRoom(file.sizeBytes);
  await needs.store.makeFolder(folderOf(event));
  await writeBeside(final, file.write);
  await nameFile(needs, path, file);
}

async function nameFile({ database, store }: ChunkNeeds, path: string, file: NewFile): Promise<void> {
  try {
    if (!(await file.name(path))) await rm(store.at(path), { force: true });
  } catch (error) {
    const named = await namedPaths(database, [path]).catch(() => undefined);
    if (named?.has(path)) return;
    if (isRefusal(error)) await rm(store.at(path), { force: true });
    throw error;
  }
}

/** Errors of PostgreSQL after which nobody knows what was done: a lost connection, a server that ends. */
const UNCERTAIN = /^(08|57|40003$)/;

/** Whether the database has answered that it does not do it. */
function isRefusal(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^[\dA-Z]{5}$/.test(code) && !UNCERTAIN.test(code);
}

/** Those of some paths below the media folder that the database names, or that a published list needs. */
export async function namedPaths(database: Database, paths: readonly string[]): Promise<Set<string>> {
  if (paths.length === 0) return new Set();
  const { rows } = await sql<{ path: string }>`
    select path from fragment_files where path = any(${paths}) union all
    select path from film_sounds where path = any(${paths}) union all
    select sound from publication_elements, unnest(sounds) as sound where sound = any(${paths})`.execute(database);
  return new Set(rows.map(({ path }) => path));
}
