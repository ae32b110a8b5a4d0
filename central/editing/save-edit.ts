import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Readable } from 'node:stream';
import { BadRequest } from '../catalogue/bad-request.ts';
import type { EventPatch } from '../catalogue/event-rows.ts';
import { eventNamed, lockEvent } from '../catalogue/events.ts';
import { tellAudit } from '../identity/audit.ts';
import type { Who } from '../identity/who.ts';
import { placeElement, removePlaced, removeUnnamed, type StoredElement } from '../intake/elements.ts';
import { writeNextVersion } from '../intake/next-version.ts';
import type { Database } from '../store/connect.ts';
import type { MediaStore } from '../store/media-store.ts';
import type { ElementRow, EventRow } from '../store/tables.ts';
import { changeEventWithin, withTimetable } from '../timetable/schedule.ts';
import type { Clock } from '@amphi/lib/runtime/clock.ts';
import { dropDraft } from './drafts.ts';
import { mistakesOfEdit, type Edit } from './edit.ts';
import { filesOfEdit, isOfEdit, type Cover, type EditFile } from './edit-files.ts';
import { savedCaptions, shownWords } from './edit-shown.ts';
import { fitsNewest, measureOf, recordingOf, sourcesOf } from './recording.ts';

/** What saving needs of the server. */
export interface SaveNeeds {
  database: Database;
  store: MediaStore;
  clock: Clock;
}

/** An edit that is to be saved. */
export interface EditToSave {
  event: string;
  who: Who;
  edit: Edit;
  /** Number of the version that it began from; undefined: whatever is the newest is replaced. */
  base?: number | undefined;
  covers?: readonly Cover[];
  /** Values that the next workflow of the event gets, such as `hide_presenter_audio`. */
  configuration?: Readonly<Record<string, string>>;
  /** Descriptions and series that change besides those of the edit. */
  metadata?: Pick<EventPatch, 'words' | 'seriesId'> | undefined;
}

/** Result of saving an edit. */
export type EditSaved =
  /** Saved; `version` is the one with the edit. */
  | { kind: 'done'; version: number }
  | { kind: 'missing' }
  | { kind: 'not recorded' }
  /** Somebody changed the recording, or its edit, since the edit began: nothing was saved. */
  | { kind: 'changed'; version: number; by: string | null; atMs: number };

/**
 * Saves an edit: cut list, chapters, captions and covers as files of a new version, and the descriptions. Files of the
 * version before stay, and so does the recording: an edit can be taken back at any time. An edit that changes no file
 * makes no version. All of it is one transaction, which also drops the draft of the account: who is cut off in between
 * finds the draft again. Throws BadRequest with all mistakes.
 */
export async function saveEdit(needs: SaveNeeds, asked: EditToSave): Promise<EditSaved> {
  for (let tries = 1; tries < MOST_TRIES; tries++) {
    const saved = await saveOnto(needs, asked);
    if (saved.kind !== 'overtaken') return saved;
  }
  const { version = 0, by = null, atMs = 0 } = (await recordingOf(needs.database, asked.event)) ?? {};
  return { kind: 'changed', version, by, atMs };
}

/** Times that an edit is saved anew because another version was made meanwhile; then it is told as changed. */
const MOST_TRIES = 4;

/** Saves an edit onto the newest version; `overtaken`: there is a newer one since. */
async function saveOnto(needs: SaveNeeds, asked: EditToSave): Promise<EditSaved | { kind: 'overtaken' }> {
  const { database, store } = needs;
  const { event: id, edit, base, covers = [] } = asked;
  const known = await eventNamed(database, id);
  if (!known) return { kind: 'missing' };
  const recording = await recordingOf(database, id);
  if (!recording) return { kind: 'not recorded' };
  const { version, by, atMs } = recording;
  if (base !== undefined && !(await fitsNewest(database, recording, base)))
    return { kind: 'changed', version, by, atMs };
  const sources = sourcesOf(recording);
  const measure = measureOf(sources);
  const mistakes = mistakesOfEdit(edit, measure.durationMs);
  if (mistakes.length > 0) throw new BadRequest(mistakes.join('; '));
  const ids = new Set((await savedCaptions(store, recording)).map(({ file }) => file.id));
  const replaced = recording.files.filter((one) => isOfEdit(one, ids, covers));
  const { added, gone } = changesOf(filesOfEdit(edit, { event: id, sources, measure }, covers), replaced);
  return keepAll(needs, asked, { folder: recording.folder, version, added, gone });
}

/** Files that are new, and ids of files that have gone; a file with the same content stays as it is. */
export function changesOf(
  wanted: readonly EditFile[],
  replaced: readonly ElementRow[],
): { added: EditFile[]; gone: Set<string> } {
  const gone = new Map(replaced.map((one) => [one.id, one]));
  const added = wanted.filter((file) => {
    const md5 = createHash('md5').update(file.bytes).digest('hex');
    const same = [...gone.values()].find(
      (one) => one.flavor === file.flavor && one.md5 === md5 && isDeepStrictEqual(one.tags, file.tags),
    );
    if (same) gone.delete(same.id);
    return !same;
  });
  return { added, gone: new Set(gone.keys()) };
}

interface FilesToKeep {
  folder: string;
  version: number;
  added: readonly EditFile[];
  gone: ReadonlySet<string>;
}

async function keepAll(
  needs: SaveNeeds,
  asked: EditToSave,
  files: FilesToKeep,
): Promise<EditSaved | { kind: 'overtaken' }> {
  const { database, store } = needs;
  const placed: StoredElement[] = [];
  try {
    for (const { bytes, ...file } of files.added) {
      const received = await store.receive(Readable.from([bytes]));
      placed.push(await placeElement(store, files.folder, { ...received, ...file }));
    }
    const done = await withTimetable(database, async (within): Promise<EditSaved | { kind: 'overtaken' }> => {
      const event = await lockEvent(within, asked.event);
      if (!event) return { kind: 'missing' };
      const newest = await recordingOf(within, asked.event);
      if (!newest) return { kind: 'not recorded' };
      if (newest.version !== files.version) return { kind: 'overtaken' };
      const version = await keepFiles(within, asked, { event, placed, files });
      await keepWords(within, asked, event, needs.clock.nowMs());
      await dropDraft(within, { event: asked.event, account: asked.who.name });
      return { kind: 'done', version };
    });
    if (done.kind !== 'done') await removePlaced(store, placed);
    return done;
  } catch (error) {
    await removeUnnamed(needs, placed);
    throw error;
  }
}

/** Writes the files as a new version, if there is anything to change. Gives the version that has the edit. */
async function keepFiles(
  within: Database,
  { who }: EditToSave,
  { event, placed, files }: { event: EventRow; placed: readonly StoredElement[]; files: FilesToKeep },
): Promise<number> {
  const { folder, version, gone } = files;
  if (placed.length === 0 && gone.size === 0) return version;
  const rows = placed.map((one): ElementRow => ({ ...one, duration_ms: null, streams: null, problem: null }));
  const leavesOut = (one: { id: string }): boolean => gone.has(one.id);
  const made = await writeNextVersion(within, { event, who, folder, added: rows, leavesOut });
  const change = { version: made.version, files: rows.map(({ flavor }) => flavor), removed: gone.size };
  await tellAudit(within, who, { action: 'edit', kind: 'event', object: event.id, change });
  return made.version;
}

/** Writes the descriptions, and the values for the next workflow, where they change. */
async function keepWords(
  within: Database,
  { event, who, edit, covers = [], configuration = {}, metadata }: EditToSave,
  known: EventRow,
  nowMs: number,
): Promise<void> {
  const edited = covers.map(({ type }): [string, string] => [`${type}/thumbnail_edited`, 'true']);
  const next = { ...known.workflow_configuration, ...configuration, ...Object.fromEntries(edited) };
  const isSame = isDeepStrictEqual(next, known.workflow_configuration);
  const words = isDeepStrictEqual(edit.words, shownWords(known)) ? undefined : edit.words;
  if (isSame && !words && !metadata) return;
  const patch: EventPatch = {
    words: words || metadata?.words ? { ...words, ...metadata?.words } : undefined,
    seriesId: metadata?.seriesId,
    workflowConfiguration: isSame ? undefined : next,
  };
  await changeEventWithin(within, { nowMs, who, id: event, patch });
}
