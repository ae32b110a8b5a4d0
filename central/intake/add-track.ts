import { formatMediaPackage } from '@amphi/lib/opencast/media-package.ts';
import { BadRequest } from '../catalogue/bad-request.ts';
import { eventNamed, lockEvent } from '../catalogue/events.ts';
import { filesOf } from '../catalogue/files.ts';
import { recordedPackage } from '../catalogue/media-package.ts';
import { seriesNamed } from '../catalogue/series.ts';
import { newestVersion, nextVersion } from '../catalogue/versions.ts';
import { tellAudit } from '../identity/audit.ts';
import type { Who } from '../identity/who.ts';
import type { Database } from '../store/connect.ts';
import { json, type EventRow, type FileRow } from '../store/tables.ts';
import { contentOf } from './content.ts';
import { isGoodId, placeElement, removePlaced, type ReceivedElement } from './elements.ts';
import type { IntakeNeeds } from './hand-over.ts';
import { probe, type Probed } from '../store/probe.ts';

/** A track that is added to an event which already has a recording. */
export interface LateTrack {
  event: string;
  received: ReceivedElement;
  /** Whether tracks of its flavor are left out of the new version; older versions keep them. */
  replaces: boolean;
  who: Who;
}

/** Result of adding a track. */
export type TrackAdded =
  /** Track added; `track` is its row in the database. */
  | { kind: 'done'; track: FileRow }
  | { kind: 'missing' }
  /** Event whose recording is still to come: the track is refused, since it would take the place of the recording. */
  | { kind: 'planned' };

/**
 * Makes a version of an event that has one track more than the newest. No file is overwritten, no older version
 * changes, and no workflow begins. The caller discards the received file. Throws BadRequest.
 */
export async function addTrack(needs: IntakeNeeds, late: LateTrack): Promise<TrackAdded> {
  const { database, store } = needs;
  const known = await eventNamed(database, late.event);
  if (!known) return { kind: 'missing' };
  const newest = await newestVersion(database, known.id);
  if (!newest && known.agent !== null) return { kind: 'planned' };
  const folder = newest?.package ?? known.id;
  if (!isGoodId(folder)) throw new BadRequest(`${folder} is no id of a media package`);
  const placed = await placeElement(store, folder, late.received);
  try {
    const probed = await probe(needs.ffprobe, store.at(placed.path));
    const track: FileRow = { ...placed, ...probedRow(probed), event: known.id, version: 0 };
    const done = await database.transaction().execute((within) => keep(within, late, track, folder));
    if (done.kind !== 'done') await removePlaced(store, [placed]);
    return done;
  } catch (error) {
    await removePlaced(store, [placed]);
    throw error;
  }
}

const probedRow = (probed: Probed): Pick<FileRow, 'streams' | 'duration_ms' | 'problem'> =>
  'problem' in probed
    ? { streams: null, duration_ms: null, problem: probed.problem }
    : { streams: probed.streams, duration_ms: probed.durationMs, problem: null };

/**
 * Writes the version. The event is locked first, as in an ingest, so that two uploads to the same event wait for each
 * other.
 */
async function keep(
  within: Database,
  { who, replaces }: LateTrack,
  track: FileRow,
  folder: string,
): Promise<TrackAdded> {
  const event = await lockEvent(within, track.event);
  if (!event) return { kind: 'missing' };
  const newest = await newestVersion(within, event.id);
  const before = newest ? await filesOf(within, event.id, newest.version) : [];
  const isReplaced = (one: FileRow): boolean => replaces && one.kind === 'track' && one.flavor === track.flavor;
  const version = await nextVersion(within, event.id);
  const files = [...before.filter((one) => !isReplaced(one)), track].map((one) => ({ ...one, version }));
  await within
    .insertInto('event_versions')
    .values({
      event: event.id,
      version,
      package: folder,
      account: who.name,
      agent: newest?.agent ?? who.agent,
      content: contentOf(files),
      manifest: await manifestOf(within, event, files),
    })
    .execute();
  const kept = await within
    .insertInto('files')
    .values(files.map(({ streams, ...file }) => ({ ...file, streams: streams === null ? null : json(streams) })))
    .returningAll()
    .execute();
  const change = { version, track: track.file_name, flavor: track.flavor, replaces };
  await tellAudit(within, who, { action: 'add-track', kind: 'event', object: event.id, change });
  const added = kept.find(({ id }) => id === track.id);
  if (!added) throw new Error(`the track ${track.id} was written, and is not there`);
  return { kind: 'done', track: added };
}

/** Media package of a version as XML, with URLs that do not name this server. */
async function manifestOf(within: Database, event: EventRow, files: readonly FileRow[]): Promise<string> {
  const series = event.series ? await seriesNamed(within, event.series) : undefined;
  return formatMediaPackage(recordedPackage(event, series, files, ''));
}
