import { sql } from 'kysely';
import type { Who } from '../../identity/who.ts';
import type { Owners } from '../../identity/permissions.ts';
import type { Database } from '../../store/connect.ts';
import type { GrowingUploadRow, MadeOf } from '../../store/growing-table.ts';
import { json } from '../../store/tables.ts';
import type { FinishedFile } from './finished-file.ts';
import type { UploadMetadata } from './metadata.ts';

/** Rows of growing uploads. */

/** Owners of an upload: its agent, and the account that sends it. */
export const ownersOfUpload = ({ agent, account }: GrowingUploadRow): Owners => ({
  agents: [agent],
  accounts: [account],
});

/** An upload by its id, which must be a UUID; undefined: there is none. */
export const uploadOf = (database: Database, id: string): Promise<GrowingUploadRow | undefined> =>
  database.selectFrom('growing_uploads').selectAll().where('id', '=', id).executeTakeFirst();

/** Uploads that an account has begun, and that were not given to a recording yet. */
export async function openUploadsOf(database: Database, { name }: Who): Promise<number> {
  const { count } = await database
    .selectFrom('growing_uploads')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('account', '=', name)
    .where('taken_at', 'is', null)
    .executeTakeFirstOrThrow();
  return count;
}

/** Enters a new upload. */
export async function addUpload(database: Database, who: Who, id: string, about: UploadMetadata): Promise<void> {
  const { event, recording, flavor, fileName } = about;
  await database
    .insertInto('growing_uploads')
    .values({ id, agent: who.agent, account: who.name, event: event ?? null, recording, flavor, file_name: fileName })
    .execute();
}

/** Notes that so many bytes are on the disk. Gives the upload; undefined: it was removed meanwhile. */
export const noteBytes = (database: Database, id: string, bytes: number): Promise<GrowingUploadRow | undefined> =>
  database
    .updateTable('growing_uploads')
    .set({ size_bytes: bytes, touched_at: new Date() })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();

/** Notes the length of the whole. */
export const noteLength = async (database: Database, id: string, bytes: number): Promise<void> =>
  void (await database.updateTable('growing_uploads').set({ length_bytes: bytes }).where('id', '=', id).execute());

/** Notes how the finished file is to be made; one that was made before does not count any more. */
export const noteEnd = async (database: Database, id: string, madeOf: MadeOf): Promise<void> =>
  void (await database
    .updateTable('growing_uploads')
    .set({
      made_of: json(madeOf),
      size_bytes: madeOf.bytes,
      sha256: null,
      md5: null,
      made_bytes: null,
      problem: null,
      touched_at: new Date(),
    })
    .where('id', '=', id)
    .execute());

/**
 * Notes the finished file that was made so, or the reason why there is none. Gives false, and notes nothing, if another
 * one is wanted by now, or the upload is gone.
 */
export async function noteFinished(
  database: Database,
  id: string,
  madeOf: MadeOf,
  made: FinishedFile | { problem: string },
): Promise<boolean> {
  const { numUpdatedRows } = await database
    .updateTable('growing_uploads')
    .set('problem' in made ? made : { sha256: made.sha256, md5: made.md5, made_bytes: made.sizeBytes, problem: null })
    .where('id', '=', id)
    .where('made_of', '=', sql<MadeOf>`${json(madeOf)}::jsonb`)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/** Notes that the finished file became an element of a media package. */
export const noteTaken = async (database: Database, id: string): Promise<void> =>
  void (await database
    .updateTable('growing_uploads')
    .set({ taken_at: sql<Date>`now()` })
    .where('id', '=', id)
    .execute());

/** Forgets an upload. Gives it; undefined: it is forgotten already. */
export const forgetUpload = (database: Database, id: string): Promise<GrowingUploadRow | undefined> =>
  database.deleteFrom('growing_uploads').where('id', '=', id).returningAll().executeTakeFirst();

/** Whether an event was deleted, and not made again since. */
export async function isDeletedEvent(database: Database, id: string): Promise<boolean> {
  const [deleted, event] = await Promise.all([
    database.selectFrom('deleted_events').select('id').where('id', '=', id).executeTakeFirst(),
    database.selectFrom('events').select('id').where('id', '=', id).executeTakeFirst(),
  ]);
  return deleted !== undefined && event === undefined;
}

/** Ids of uploads whose event was deleted. */
export async function uploadsOfDeleted(database: Database): Promise<string[]> {
  const rows = await database
    .selectFrom('growing_uploads')
    .innerJoin('deleted_events', 'deleted_events.id', 'growing_uploads.event')
    .leftJoin('events', 'events.id', 'growing_uploads.event')
    .select('growing_uploads.id')
    .where('events.id', 'is', null)
    .execute();
  return rows.map(({ id }) => id);
}

/** Ids of uploads that became elements of media packages so many milliseconds ago, by the clock of the database. */
export async function takenUploads(database: Database, agoMs: number): Promise<string[]> {
  const rows = await database
    .selectFrom('growing_uploads')
    .select('id')
    .where('taken_at', '<=', sql<Date>`now() - ${agoMs} * interval '1 millisecond'`)
    .execute();
  return rows.map(({ id }) => id);
}

/** Ids of uploads that nobody goes on with since a moment. */
export async function oldUploads(database: Database, before: Date): Promise<string[]> {
  const rows = await database.selectFrom('growing_uploads').select('id').where('touched_at', '<', before).execute();
  return rows.map(({ id }) => id);
}

/** Those of some ids that no upload has. */
export async function unknownUploads(database: Database, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const known = await database
    .selectFrom('growing_uploads')
    .select('id')
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .execute();
  const names = new Set(known.map(({ id }) => id));
  return new Set(ids.filter((id) => !names.has(id)));
}
