import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '#lib/runtime/log.ts';
import type { Destination } from '../storage/destinations.ts';
import { partOfName } from '../catalog/file-name.ts';
import { parseManifest } from '../catalog/manifest.ts';
import type { Recording, RecordingPart } from '#agent/device/recording.ts';
import { EMPTY_METADATA } from '../catalog/recording.ts';

/**
 * Finds all recordings of some destinations by their manifests, and those without one by their files. Leftover
 * temporary files are removed; nothing else is changed. A folder that cannot be read is skipped. Parts in none of the
 * `readable` destinations are lost until these can be read.
 */
export async function scanRecordings(
  destinations: readonly Destination[],
  log: Log,
  readable: readonly Destination[] = destinations,
): Promise<Recording[]> {
  const found = new Map<string, Recording>();
  for (const destination of destinations) {
    for (const base of await subfolders(destination.folder)) {
      try {
        const info = await readRecording(destination, base, log);
        if (info) found.set(info.id, newest(found.get(info.id), info));
      } catch (error) {
        log.warn({ folder: join(destination.folder, base), error: String(error) }, 'recording not read');
      }
    }
  }
  return [...found.values()].map((info) => withOwnFolders(info, readable));
}

async function subfolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
}

/** The newer of two manifests, as a recording in several destinations has one in each. */
function newest(one: Recording | undefined, other: Recording): Recording {
  return one && one.revision >= other.revision ? one : other;
}

/** The recording with those folders alone that are in the configured destinations. */
function withOwnFolders(info: Recording, destinations: readonly Destination[]): Recording {
  const folderOf = (name: string): string | undefined => {
    const destination = destinations.find((one) => one.name === name);
    return destination && join(destination.folder, info.base);
  };
  const parts = info.parts.map((part): RecordingPart => {
    const folder = folderOf(part.destination);
    return folder ? { ...part, folder } : { ...part, folder: '', state: 'lost' };
  });
  const known = new Set(parts.map(({ folder }) => folder));
  return { ...info, parts, thumbnails: info.thumbnails.filter(({ folder }) => known.has(folder)) };
}

async function readRecording(destination: Destination, base: string, log: Log): Promise<Recording | undefined> {
  const folder = join(destination.folder, base);
  const names = await readdir(folder);
  const files = names.filter((name) => partOfName(name, base) !== undefined);
  const info = await readManifest(folder, base, log);
  if (!info && files.length === 0) return undefined;
  await dropTemporaries(folder, base, names);
  const orphans: RecordingPart[] = [];
  for (const name of files)
    if (!info?.parts.some((part) => part.name === name)) orphans.push(await orphan(destination, folder, base, name));
  // The part is on a drive that was unplugged and is back.
  for (const part of info?.parts ?? [])
    if (part.state === 'lost' && part.destination === destination.name && files.includes(part.name))
      part.state = 'writing';
  if (info && orphans.length === 0) return info;
  if (info) return { ...info, parts: [...info.parts, ...orphans].sort((a, b) => a.number - b.number) };
  return recordingOfOrphans(base, orphans);
}

async function readManifest(folder: string, base: string, log: Log): Promise<Recording | undefined> {
  const path = join(folder, `${base}.json`);
  const json = await readFile(path, 'utf8').catch(() => undefined);
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

/** Removes unfinished manifests, copies and thumbnails, by the names that this recorder gives them. */
async function dropTemporaries(folder: string, base: string, names: string[]): Promise<void> {
  const ours = names.filter(
    (name) => name.endsWith('.tmp') && (name.startsWith(base) || name.startsWith('thumbnail-')),
  );
  for (const name of ours) await rm(join(folder, name), { force: true });
}

async function orphan(destination: Destination, folder: string, base: string, name: string): Promise<RecordingPart> {
  const { birthtimeMs, mtimeMs, size } = await stat(join(folder, name));
  const createdAtMs = Math.round(birthtimeMs > 0 ? Math.min(birthtimeMs, mtimeMs) : mtimeMs);
  const number = Math.max(1, partOfName(name, base) ?? 1);
  const state = 'writing' as const;
  return {
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

function recordingOfOrphans(base: string, parts: RecordingPart[]): Recording {
  return {
    id: base,
    dbId: 0,
    base,
    status: 'recording',
    hall: '',
    owner: '',
    metadata: { ...EMPTY_METADATA, title: base },
    startedAtMs: Math.min(...parts.map(({ createdAtMs }) => createdAtMs)),
    parts: parts.sort((a, b) => a.number - b.number),
    chapters: [],
    thumbnails: [],
    breaks: [],
    revision: 0,
  };
}
