import { isDeepStrictEqual } from 'node:util';
import { newestVersion } from '../catalogue/versions.ts';
import { filesOf, newestFile, streamOf } from '../catalogue/files.ts';
import { elementsOfPublications, publicationsOf, publishedFile } from '../catalogue/published/publications.ts';
import type { Database } from '../store/connect.ts';
import type { ElementRow } from '../store/tables.ts';
import type { WorkflowRow } from '../store/workflow-tables.ts';
import { elementOfRuns, elementsSeen } from '../workflows/run/elements.ts';
import { isActive, workflowsOf } from '../workflows/workflows.ts';

/** Recording of an event as its editor sees it: the newest version, and what workflows made of it. */
export interface Recording {
  event: string;
  version: number;
  /** Id of the media package: the folder of files that are added. */
  folder: string;
  /** Account and time of the version, to tell a person who changed what they are working on. */
  by: string | null;
  atMs: number;
  /** Files of the version. */
  files: readonly ElementRow[];
  /** Files of the version, and after them what runs made and published: previews, waveforms, silences. */
  elements: readonly ElementRow[];
  /** Workflow that has not ended, in words; undefined: there is none, or it waits for the edit. */
  processedBy: string | undefined;
  /** Operation of a workflow that waits for the edit; undefined: none does. */
  waits: Waiting | undefined;
}

/** The newest recording of an event; undefined: nothing was recorded yet. */
export async function recordingOf(database: Database, event: string): Promise<Recording | undefined> {
  const version = await newestVersion(database, event);
  if (!version) return undefined;
  const [rows, workflows] = await Promise.all([
    filesOf(database, event, version.version),
    workflowsOf(database, event),
  ]);
  const files = rows.map(({ event: _event, version: _version, ...element }): ElementRow => element);
  const published = await elementsOfPublications(
    database,
    (await publicationsOf(database, [event])).map(({ id }) => id),
  );
  // What another server streams is no file of ours.
  const made: ElementRow[] = published.filter(({ url }) => url === null);
  // Runs on older versions count too: a change of the cut makes a version, and the previews stay as they are.
  for (const { id } of workflows.toReversed()) made.push(...(await elementsSeen(database, id)));
  return {
    event,
    version: version.version,
    folder: version.package,
    by: version.account,
    atMs: version.ingested_at.getTime(),
    files,
    elements: distinct([...files, ...made]),
    ...(await processing(database, workflows.findLast(isActive))),
  };
}

/**
 * One file of a recording, by its id, wherever it stands: in the newest version, in what is published, or in what runs made.
 * Undefined: the recording has none of this id. A player asks for it with each range, so nothing else is read.
 */
export const elementOf = async (
  database: Database,
  event: string,
  id: string,
): Promise<Pick<ElementRow, 'path' | 'file_name' | 'mime_type'> | undefined> =>
  (await newestFile(database, event, id)) ??
  (await publishedFile(database, event, id)) ??
  elementOfRuns(database, event, id);

/** Operation of a run that waits for a person. */
export interface Waiting {
  workflow: number;
  position: number;
}

/** Operation that waits until somebody has cut the recording. */
const EDITOR = 'editor';

/** What an unfinished workflow does: it waits for the edit, or something else. */
async function processing(
  database: Database,
  active: WorkflowRow | undefined,
): Promise<Pick<Recording, 'processedBy' | 'waits'>> {
  if (!active) return { processedBy: undefined, waits: undefined };
  const { id: workflow, definition } = active;
  const paused = await database
    .selectFrom('workflow_operations')
    .select(['position', 'operation'])
    .where('workflow', '=', workflow)
    .where('state', '=', 'paused')
    .orderBy('position')
    .execute();
  const found = active.state === 'paused' ? paused.find(({ operation }) => operation === EDITOR) : undefined;
  if (found) return { processedBy: undefined, waits: { workflow, position: found.position } };
  return { processedBy: `${workflow} (${definition})`, waits: undefined };
}

/** Elements without those that come twice: each file once, in the state in which it stands first. */
function distinct(elements: readonly ElementRow[]): ElementRow[] {
  const byPath = new Map<string, ElementRow>();
  for (const one of elements) if (!byPath.has(one.path)) byPath.set(one.path, one);
  return [...byPath.values()];
}

/** Flavors of what an editor writes. */
export const CUT_FLAVOR = 'smil/cutting';
export const CHAPTERS_FLAVOR = 'chapters/source';
export const CAPTIONS_FLAVOR = 'captions/source';
/** Subtype of the picture that a player shows before it plays. */
export const COVER_SUBTYPE = 'player+preview';

/** Type of a flavor, before its slash: `presenter`; and its subtype. */
export const typeOf = ({ flavor }: Pick<ElementRow, 'flavor'>): string => flavor.split('/')[0] ?? '';
export const subtypeOf = ({ flavor }: Pick<ElementRow, 'flavor'>): string => flavor.split('/')[1] ?? '';

const isMedia = (one: ElementRow): boolean =>
  one.kind === 'track' && (streamOf(one, 'video') !== undefined || streamOf(one, 'audio') !== undefined);

/** A source that is cut: presenter, presentation or another one, and the file by which the editor shows it. */
export interface Source {
  /** Type of its flavor: `presenter`. */
  type: string;
  /** The recorded file. */
  source: ElementRow;
  /** The file to show: a small version where there is one, else the recorded file. */
  shown: ElementRow;
}

/**
 * The sources of a recording: its tracks of the flavors `…/source`; where there are none, all tracks with pictures or
 * sound. Of several of one type the longest counts. Sources with pictures come first.
 */
export function sourcesOf({ files, elements }: Pick<Recording, 'files' | 'elements'>): Source[] {
  const media = files.filter((one) => isMedia(one) && !SIDE.has(typeOf(one)));
  const named = media.filter((one) => subtypeOf(one) === 'source');
  const byType = Map.groupBy(named.length > 0 ? named : media, typeOf);
  const all = [...byType].flatMap(([type, tracks]) => {
    const source = tracks.toSorted((one, other) => (other.duration_ms ?? 0) - (one.duration_ms ?? 0))[0];
    if (!source) return [];
    const isPreview = (one: ElementRow): boolean =>
      typeOf(one) === type && subtypeOf(one) === 'preview' && isMedia(one);
    return [{ type, source, shown: elements.find(isPreview) ?? source }];
  });
  return all.toSorted((one, other) => rankOf(one) - rankOf(other));
}

const rankOf = ({ source }: Source): number => (streamOf(source, 'video') ? 0 : 1);

/** Types of tracks that are no pictures or sound of the lecture. */
const SIDE: ReadonlySet<string> = new Set(['captions', 'chapters']);

/** Files that edits make: cut lists, chapters, captions, covers. */
export const editsOf = (files: readonly ElementRow[]): ElementRow[] =>
  files.filter(
    (one) =>
      SIDE.has(typeOf(one)) ||
      one.flavor === CUT_FLAVOR ||
      (one.kind === 'attachment' && subtypeOf(one) === COVER_SUBTYPE),
  );

/**
 * Whether an edit that began from a version fits the newest one: what was recorded and edited is the same in both. A
 * workflow that keeps a version changes nothing of it.
 */
export async function fitsNewest(
  database: Database,
  { event, version, files }: Pick<Recording, 'event' | 'version' | 'files'>,
  base: number,
): Promise<boolean> {
  if (base === version) return true;
  return isDeepStrictEqual(signatureOf(await filesOf(database, event, base)), signatureOf(files));
}

/** What editors work on, and what they made, whatever its ids. */
const signatureOf = (files: readonly ElementRow[]): string[] =>
  [...files.filter(isSource), ...editsOf(files)]
    .map(({ flavor, md5, tags }) => [flavor, md5, ...tags.toSorted()].join(' '))
    .toSorted();

/** Whether a file is recorded, as a whole or in part: `presenter/source`, `presenter/source-1`. */
const isSource = (file: ElementRow): boolean => isMedia(file) && /^source(-\d+)?$/.test(subtypeOf(file));

/** Number of files of one type that are recorded parts, where a type has several: they are cut after they were joined. */
export const partsOf = ({ files }: Pick<Recording, 'files'>): number =>
  Math.max(0, ...[...Map.groupBy(files.filter(isSource), typeOf).values()].map(({ length }) => length));

/** Rate in pictures a second where a recording has no pictures, or its rate is not known. */
const USUAL_RATE = 25;
/** Rates that cameras and encoders have; a measured mean near one of them is that one, with pictures left out. */
const RATES: readonly number[] = [
  5,
  10,
  12,
  12.5,
  15,
  20,
  24_000 / 1001,
  24,
  25,
  30_000 / 1001,
  30,
  48,
  50,
  60_000 / 1001,
  60,
  100,
  120,
];
/** Part of the rate by which a measured mean may differ from the rate. */
const NEAR = 0.005;

/** Length and rate of a recording, by which pictures are counted. */
export interface Measure {
  durationMs: number;
  /** Pictures a second. */
  rate: number;
  frames: number;
}

/** Length and rate of the first source with pictures, else of the longest sound. */
export function measureOf(sources: readonly Source[]): Measure {
  const first = sources[0]?.source;
  const video = first && streamOf(first, 'video');
  const rate = rateNear(video?.framesPerSecond);
  const durationMs = Math.max(0, first?.duration_ms ?? 0);
  return { durationMs, rate, frames: Math.max(1, Math.round((durationMs * rate) / 1000)) };
}

function rateNear(measured: number | undefined): number {
  if (measured === undefined || !(measured >= 1 && measured <= 240)) return USUAL_RATE;
  const nearest = RATES.toSorted((one, other) => Math.abs(one - measured) - Math.abs(other - measured))[0] ?? measured;
  return Math.abs(nearest - measured) <= measured * NEAR ? nearest : measured;
}
