import { formatMediaPackage } from '@amphi/lib/opencast/media-package.ts';
import { filesOf } from '../catalogue/files.ts';
import { recordedPackage } from '../catalogue/media-package.ts';
import type { Probed } from '../store/probe.ts';
import { seriesNamed } from '../catalogue/series.ts';
import { newestVersion, nextVersion } from '../catalogue/versions.ts';
import type { Who } from '../identity/who.ts';
import type { Database } from '../store/connect.ts';
import { json, type ElementRow, type EventRow } from '../store/tables.ts';
import { contentOf } from './content.ts';

/** Columns for what ffprobe found in a file. */
export const probedRow = (probed: Probed): Pick<ElementRow, 'streams' | 'duration_ms' | 'problem'> =>
  'problem' in probed
    ? { streams: null, duration_ms: null, problem: probed.problem }
    : { streams: probed.streams, duration_ms: probed.durationMs, problem: null };

/** Change of the files of an event. */
export interface FileChange {
  /** Event whose row is locked: two changes at once wait for each other. */
  event: EventRow;
  who: Who;
  /** Id of the media package, which is also the folder of the added files. */
  folder: string;
  added: readonly ElementRow[];
  /** Whether a file of the newest version is left out of the new one. */
  leavesOut: (file: ElementRow) => boolean;
}

/**
 * Writes a version with the files of the newest one, without those that are left out, and with those that are added. No
 * file is overwritten or removed: older versions keep them. Gives the number of the version, and its files.
 */
export async function writeNextVersion(
  within: Database,
  { event, who, folder, added, leavesOut }: FileChange,
): Promise<{ version: number; files: ElementRow[] }> {
  const newest = await newestVersion(within, event.id);
  const before = newest ? await filesOf(within, event.id, newest.version) : [];
  const version = await nextVersion(within, event.id);
  const files = [...before.filter((one) => !leavesOut(one)), ...added].map((one) => ({
    ...one,
    event: event.id,
    version,
  }));
  const series = event.series ? await seriesNamed(within, event.series) : undefined;
  await within
    .insertInto('event_versions')
    .values({
      event: event.id,
      version,
      package: folder,
      account: who.name,
      agent: newest?.agent ?? who.agent,
      kind: 'change',
      content: contentOf(files),
      // URLs in the kept manifest do not name this server: each reader gets the package with URLs that fit the request.
      manifest: formatMediaPackage(recordedPackage(event, series, files, '')),
    })
    .execute();
  const kept = await within
    .insertInto('files')
    .values(files.map(({ streams, ...file }) => ({ ...file, streams: streams === null ? null : json(streams) })))
    .returningAll()
    .execute();
  return { version, files: kept };
}
