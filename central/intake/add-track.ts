import { BadRequest } from '../catalogue/bad-request.ts';
import { eventNamed, lockEvent } from '../catalogue/events.ts';
import { newestVersion } from '../catalogue/versions.ts';
import { tellAudit } from '../identity/audit.ts';
import type { Who } from '../identity/who.ts';
import type { Database } from '../store/connect.ts';
import type { ElementRow } from '../store/tables.ts';
import { isGoodId, placeElement, removePlaced, removeUnnamed, type ReceivedElement } from './elements.ts';
import type { IntakeNeeds } from './hand-over.ts';
import { probe, probedRow } from '../store/probe.ts';
import { writeNextVersion } from './next-version.ts';

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
  | { kind: 'done'; track: ElementRow }
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
    const track: ElementRow = { ...placed, ...probedRow(probed) };
    const done = await database.transaction().execute((within) => keep(within, late, track, folder));
    if (done.kind !== 'done') await removePlaced(store, [placed]);
    return done;
  } catch (error) {
    await removeUnnamed(needs, [placed]);
    throw error;
  }
}

/**
 * Writes the version. The event is locked first, as in an ingest, so that two uploads to the same event wait for each
 * other.
 */
async function keep(
  within: Database,
  { event: id, who, replaces }: LateTrack,
  track: ElementRow,
  folder: string,
): Promise<TrackAdded> {
  const event = await lockEvent(within, id);
  if (!event) return { kind: 'missing' };
  const leavesOut = (one: ElementRow): boolean => replaces && one.kind === 'track' && one.flavor === track.flavor;
  const { version, files } = await writeNextVersion(within, { event, who, folder, added: [track], leavesOut });
  const change = { version, track: track.file_name, flavor: track.flavor, replaces };
  await tellAudit(within, who, { action: 'add-track', kind: 'event', object: event.id, change });
  const added = files.find(({ id }) => id === track.id);
  if (!added) throw new Error(`the track ${track.id} was written, and is not there`);
  return { kind: 'done', track: added };
}
