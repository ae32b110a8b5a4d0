import { constants } from 'node:fs';
import { lstat, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isBefore, isOwnBefore, restoreBefore } from '#lib/runtime/disk/replace-file.ts';
import { isOwnTemporary } from '#lib/runtime/files.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Destination } from '../storage/destinations.ts';
import { partOfName, streamOfName } from '../catalog/file-name.ts';
import { isMissing, leadsToNoFile } from '../take/whereabouts.ts';
import { parseManifest } from '../catalog/manifest.ts';
import type { Recording, RecordingPart } from '#agent/device/recording.ts';
import { EMPTY_METADATA, filesOf, isOfChannelB } from '../catalog/recording.ts';

/**
 * Finds all recordings in some destinations by their manifests, and those without a manifest by their files. Removes
 * temporary files that were left, and changes nothing else. A folder that cannot be read is added to `unread`. Parts that
 * are in none of the `readable` destinations count as lost until these can be read.
 */
export async function scanRecordings(
  places: readonly Place[],
  log: Log,
  readable: readonly Destination[],
  unread: Place[],
): Promise<Recording[]> {
  const found = new Map<string, Recording>();
  const attempt = async (place: Place, read: () => Promise<void>): Promise<void> => {
    await read().catch((error: unknown) => {
      const { destination, base = '', isAgain } = place;
      if (!isAgain) log.warn({ folder: join(destination.folder, base), error: String(error) }, 'recording not read');
      unread.push({ ...place, isAgain: true });
    });
  };
  const readOne = async (destination: Destination, base: string): Promise<void> => {
    const info = await readRecording(destination, base, log);
    if (info) found.set(info.id, newest(found.get(info.id), info));
  };
  for (const { destination, base, ...place } of places)
    await attempt({ destination, base, ...place }, async () => {
      if (base !== undefined) return readOne(destination, base);
      for (const one of await subfolders(destination.folder))
        await attempt({ destination, base: one }, () => readOne(destination, one));
    });
  return [...found.values()].map((info) => withOwnFolders(info, readable));
}

/** Where recordings are read: one folder of a destination, or all of it. */
export interface Place {
  destination: Destination;
  /** Name of the folder; undefined: all folders of the destination. */
  base?: string | undefined;
  /** Whether it could not be read before, and that was logged. */
  isAgain?: boolean;
}

/** End of the name of a finished copy, until it replaces its original. */
const FINISHED = '.final.tmp';

async function subfolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
}

/** The newer of two manifests: a recording in several destinations has one in each. */
function newest(one: Recording | undefined, other: Recording): Recording {
  return one && one.revision >= other.revision ? one : other;
}

/** The recording with the folders of the configured destinations; parts in other ones are lost. */
function withOwnFolders(info: Recording, destinations: readonly Destination[]): Recording {
  const folderOf = (name: string): string | undefined => {
    const destination = destinations.find((one) => one.name === name);
    return destination && join(destination.folder, info.base);
  };
  const placed = (part: RecordingPart): RecordingPart => {
    const folder = folderOf(part.destination);
    return folder ? { ...part, folder } : { ...part, folder: '', state: 'lost' };
  };
  const parts = info.parts.map(placed);
  const second = info.second && { second: { ...info.second, parts: info.second.parts.map(placed) } };
  const known = new Set(parts.map(({ folder }) => folder));
  return { ...info, parts, ...second, thumbnails: info.thumbnails.filter(({ folder }) => known.has(folder)) };
}

async function readRecording(destination: Destination, base: string, log: Log): Promise<Recording | undefined> {
  const folder = join(destination.folder, base);
  const entries = await readdir(folder, { withFileTypes: true });
  // Links are left out, since they lead to other people's files.
  const listed = entries.filter((entry) => !entry.isSymbolicLink()).map(({ name }) => name);
  const present = await withRestored(folder, listed);
  const info = await readManifest(folder, base, log);
  const isPart = (name: string): boolean => {
    const plain = name.endsWith(FINISHED) ? name.slice(0, -FINISHED.length) : name;
    return partOfName(plain, base) !== undefined && !info?.foreign?.includes(name);
  };
  if (!info && !present.some(isPart)) return undefined;
  const files = (await dropTemporaries(folder, base, present)).filter(isPart);
  const orphans: RecordingPart[] = [];
  for (const name of files)
    if (!info || !filesOf(info).some((part) => part.name === name)) {
      const found = await orphan(destination, folder, base, name);
      if (found.bytes > 0) orphans.push(found);
    }
  // A lost part is there again if its drive was unplugged and is back.
  for (const part of info ? filesOf(info) : [])
    if (part.state === 'lost' && part.destination === destination.name && files.includes(part.name))
      part.state = 'writing';
  if (info && orphans.length === 0) return info;
  if (!info && orphans.length === 0) return undefined;
  return withOrphans(info ?? recordingOfOrphans(base, orphans), orphans);
}

async function readManifest(folder: string, base: string, log: Log): Promise<Recording | undefined> {
  const path = join(folder, `${base}.json`);
  const json = await readPlain(path).catch((error: unknown) => {
    // A disk that fails says nothing about the manifest: without it the recording would get a new, empty one.
    if (leadsToNoFile(error)) return undefined;
    throw error;
  });
  if (json === undefined) return undefined;
  try {
    const info = parseManifest(json);
    return info.base === base ? info : undefined;
  } catch (error) {
    log.warn({ file: path, error: String(error).slice(0, 500) }, 'manifest not readable; kept as .bad');
    await rename(path, `${path}.bad`);
    return undefined;
  }
}

/** The text of a file. Throws if it is a link. */
async function readPlain(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/** The names in a folder after files that were put aside, and not replaced yet, got their names back. */
async function withRestored(folder: string, names: readonly string[]): Promise<string[]> {
  const all: string[] = [];
  for (const name of names) {
    const original = isBefore(name) && !isOwnBefore(name) ? await restoreBefore(join(folder, name)) : undefined;
    all.push(original === undefined ? name : basename(original));
  }
  return all;
}

/**
 * Removes unfinished manifests, copies and thumbnails, by the names that this recorder gives them. A finished copy
 * whose original is gone replaces it: a network share renames in two steps, and was interrupted between them. Gives the
 * names of the files that are left.
 */
async function dropTemporaries(folder: string, base: string, names: readonly string[]): Promise<string[]> {
  // A file of this process may be in use now, if the folder is read again.
  const isOurs = (name: string): boolean =>
    name.endsWith('.tmp') && (name.startsWith(base) || name.startsWith('thumbnail-')) && !isOwnTemporary(name);
  const left = names.filter((name) => !isOurs(name));
  for (const name of names.filter(isOurs)) {
    const original = name.endsWith(FINISHED) ? name.slice(0, -FINISHED.length) : undefined;
    if (original === undefined || left.includes(original)) {
      await rm(join(folder, name), { force: true });
      continue;
    }
    await rename(join(folder, name), join(folder, original));
    left.push(original);
  }
  return left;
}

async function orphan(destination: Destination, folder: string, base: string, name: string): Promise<RecordingPart> {
  const { birthtimeMs, mtimeMs, size } = await lstat(join(folder, name));
  const createdAtMs = Math.round(birthtimeMs > 0 ? Math.min(birthtimeMs, mtimeMs) : mtimeMs);
  const stream = streamOfName(name, base) === 2 ? { stream: 2 as const } : {};
  const number = Math.max(1, partOfName(name, base) ?? 1);
  const state = 'writing' as const;
  return {
    ...stream,
    number,
    destination: destination.name,
    folder,
    name,
    state,
    createdAtMs,
    durationMs: 0,
    pictures: 0,
    bytes: size,
  };
}

/** The recording with files that its manifest does not have, each in its stream. */
function withOrphans(info: Recording, orphans: readonly RecordingPart[]): Recording {
  const merged = (known: readonly RecordingPart[], stream: 2 | undefined): RecordingPart[] =>
    [...known, ...orphans.filter((part) => part.stream === stream)].sort((a, b) => a.number - b.number);
  if (isOfChannelB({ ...info, parts: [...info.parts, ...orphans] })) return { ...info, parts: merged(info.parts, 2) };
  const { second = orphans.some((part) => part.stream === 2) ? NO_SECOND : undefined } = info;
  const parts = merged(info.parts, undefined);
  return second ? { ...info, parts, second: { ...second, parts: merged(second.parts, 2) } } : { ...info, parts };
}

const NO_SECOND = { parts: [], chapters: [], breaks: [] };

function recordingOfOrphans(base: string, parts: readonly RecordingPart[]): Recording {
  return {
    id: base,
    dbId: 0,
    base,
    status: 'recording',
    hall: '',
    owner: '',
    metadata: { ...EMPTY_METADATA, title: base },
    startedAtMs: Math.min(...parts.map(({ createdAtMs }) => createdAtMs)),
    parts: [],
    chapters: [],
    thumbnails: [],
    breaks: [],
    revision: 0,
  };
}
