import type { Insertable, Selectable } from 'kysely';
import { sql } from 'kysely';
import type { Database } from '../store/connect.ts';
import { json, type ElementRow, type FileRow, type Tables } from '../store/tables.ts';
import { noteFiles } from './deleted.ts';
import type { VersionKey } from './files.ts';

export type VersionRow = Selectable<Tables['event_versions']>;

/** Versions of an event, the first one first; only one if `version` is given. */
export const versionsOf = (database: Database, event: string, version?: number): Promise<VersionRow[]> =>
  database
    .selectFrom('event_versions')
    .selectAll()
    .where('event', '=', event)
    .$if(version !== undefined, (of) => of.where('version', '=', version ?? 0))
    .orderBy('version')
    .execute();

/** Newest version of an event; undefined: nothing was ingested. */
export const newestVersion = (database: Database, event: string): Promise<VersionRow | undefined> =>
  database
    .selectFrom('event_versions')
    .selectAll()
    .where('event', '=', event)
    .orderBy('version', 'desc')
    .executeTakeFirst();

/** Writes a version of an event with its files. Gives their rows. */
export async function insertVersion(
  within: Database,
  version: Insertable<Tables['event_versions']> & { version: number },
  files: readonly ElementRow[],
): Promise<FileRow[]> {
  await within.insertInto('event_versions').values(version).execute();
  const rows = files.map(({ streams, ...file }) => ({
    ...file,
    event: version.event,
    version: version.version,
    streams: streams === null ? null : json(streams),
  }));
  return rows.length > 0 ? within.insertInto('files').values(rows).returningAll().execute() : [];
}

/**
 * Number of the next version of an event. The event's row must be locked: otherwise two callers at once would get the
 * same number.
 */
export async function nextVersion(within: Database, event: string): Promise<number> {
  const { newest } = await within
    .selectFrom('event_versions')
    .select((of) => of.fn.coalesce(of.fn.max('version'), sql<number>`0`).as('newest'))
    .where('event', '=', event)
    .executeTakeFirstOrThrow();
  return newest + 1;
}

/** Accounts that brought some versions, and the times, in one query. */
export async function broughtVersions(
  database: Database,
  of: readonly VersionKey[],
): Promise<Pick<VersionRow, 'event' | 'version' | 'account' | 'ingested_at'>[]> {
  if (of.length === 0) return [];
  const { rows } = await sql<Pick<VersionRow, 'event' | 'version' | 'account' | 'ingested_at'>>`
    select event_versions.event, event_versions.version, account, ingested_at from event_versions
    join unnest(${of.map(({ event }) => event)}::text[], ${of.map(({ version }) => version)}::integer[]) as wanted (event, version)
      on event_versions.event = wanted.event and event_versions.version = wanted.version`.execute(database);
  return rows;
}

/** Versions of an event that its older ones came to, by their numbers. */
export interface OldVersions {
  deleted: number[];
  /** Versions that stay because they have a recorded track that the newest one does not name. */
  recorded: number[];
}

/**
 * Deletes the versions of an event before its newest one, but `keeps`, those that a workflow still works on, the newest that was ingested,
 * by which a repeated ingest is known, and those that somebody brought and that have tracks which the newest one does not name.
 * Files of the deleted ones stay for a while (`deleted.ts`), and for as long as another version names them.
 */
export async function deleteOldVersions(
  within: Database,
  { event, by, keeps }: { event: string; by: string; keeps: number },
): Promise<OldVersions> {
  const newest = (await newestVersion(within, event))?.version ?? 0;
  const { rows } = await sql<{ version: number; recorded: boolean }>`select version,
      (kind = 'ingest' or account is not null) and exists (select 1 from files
        where files.event = old.event and files.version = old.version and files.kind = 'track' and path not in (
          select path from files where files.event = old.event and files.version = ${newest})) as recorded
    from event_versions as old
    where event = ${event} and version < ${newest} and version <> ${keeps}
      and version is distinct from (select max(version) from event_versions where event = ${event} and kind = 'ingest')
      and not exists (select 1 from workflows
        where workflows.event = old.event and workflows.version = old.version
          and workflows.state not in ('succeeded', 'failed', 'stopped'))
    order by version for update`.execute(within);
  const numbers = (recorded: boolean): number[] =>
    rows.filter((row) => row.recorded === recorded).map(({ version }) => version);
  const [deleted, recorded] = [numbers(false), numbers(true)];
  await deleteVersions(within, event, deleted, by);
  return { deleted, recorded };
}

async function deleteVersions(within: Database, event: string, versions: readonly number[], by: string): Promise<void> {
  if (versions.length === 0) return;
  const ofThese = within.selectFrom('files').select(['path', 'event']).where('event', '=', event);
  await noteFiles(within, await ofThese.where('version', 'in', versions).execute(), by);
  await within.deleteFrom('event_versions').where('event', '=', event).where('version', 'in', versions).execute();
}
