import { mkdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sleep } from '@amphi/lib/runtime/clock.ts';
import { copyContent } from '@amphi/lib/runtime/disk/copy-file.ts';
import { makeBelow } from '@amphi/lib/runtime/disk/make-below.ts';
import { writeBeside } from '@amphi/lib/runtime/disk/write-beside.ts';
import { syncFolder, syncPath } from '@amphi/lib/runtime/files.ts';
import { sidesOf } from '@amphi/lib/opencast/workflows/selection.ts';
import { isCut } from '../store/lists/cut-file.ts';
import { isFull, safeFileName, sizeOf } from '../store/media-store.ts';
import type { ElementRow, PublishedElement } from '../store/tables.ts';
import { OperationFailed, type OperationContext } from '../workflows/run/operation.ts';
import { formatStreamList, type StreamFormat, streamUrl, TRANSPORTS } from './stream-list.ts';

/** Folder that a streaming server (Wowza) reads, and its address (facts/opencast 3.23). */
export interface StreamingSettings {
  /** Absolute path of the folder, such as a NAS. */
  folder: string;
  /** Address of the server's application: `https://wowza.example.org/opencast-engage`. */
  url: string;
  /** Protocols that players are offered. */
  formats: readonly StreamFormat[];
  /** Quality that a list begins with, with which players begin. */
  order?: 'ascending' | 'descending' | undefined;
}

/** Name of our one organization: the folder of the application. */
const ORGANIZATION = 'mh_default_org';
/** File by which the folder is known: without it, a share that is not mounted would look like an empty folder. */
const MARK = `${ORGANIZATION}/.amphi-streams`;
/** Time in ms within which the folder must answer; a share that hangs is told as away after that. */
const ANSWERS_MS = 15_000;

/** Streams of a publication: its elements, and the files in the folder of the streaming server. */
export interface Streams {
  elements: PublishedElement[];
  files: StreamFile[];
}

/** A file in that folder; a list has its content. */
export interface StreamFile {
  path: string;
  content: string | null;
}

/** What writes and removes streams. All reject with `OperationFailed` while the folder is away. */
export interface StreamFolder {
  /** Whether an element can be streamed: only MP4 with a picture can. */
  takes(element: ElementRow): boolean;
  /** Puts files there, then their lists. `isFirst`: nothing was ever put there, so the folder need not be known yet. */
  write(
    of: { event: string; channel: string },
    elements: readonly ElementRow[],
    told: Pick<OperationContext, 'signal' | 'pathOf'> & { isFirst: boolean },
  ): Promise<Streams>;
  /** Writes lists again that are not as they were. */
  restore(files: readonly StreamFile[]): Promise<void>;
  /** Removes files, lists first. */
  remove(paths: readonly string[]): Promise<void>;
}

/** Opens the folder of a streaming server. */
export function openStreamFolder(settings: StreamingSettings): StreamFolder {
  const { folder, url, formats, order = 'ascending' } = settings;
  const at = (path: string): string => join(folder, path);
  return {
    takes: ({ file_name, streams }) =>
      /\.(mp4|m4v)$/i.test(file_name) && (streams ?? []).some(({ kind }) => kind === 'video'),
    write: (of, elements, { isFirst, ...told }) =>
      answering(folder, async () => {
        await checkKnown(folder, isFirst);
        const event = encodeURIComponent(of.event);
        const files: StreamFile[] = [];
        const sources: { element: ElementRow; src: string }[] = [];
        for (const one of elements) {
          told.signal.throwIfAborted();
          const path = await told.pathOf(one);
          // The size of a cut is known when it is written.
          const element = isCut(one.path) ? { ...one, size_bytes: await sizeOf(path) } : one;
          const src = `${of.channel}/${event}/${element.id}/${safeFileName(element.file_name)}`;
          await place(path, join(folder, ORGANIZATION), { src, sizeBytes: element.size_bytes });
          files.push({ path: `${ORGANIZATION}/${src}`, content: null });
          sources.push({ element, src });
        }
        const lists = [...Map.groupBy(sources, ({ element }) => sidesOf(element.flavor)[0])].map(([type, all]) => {
          const name = `${of.channel}_${event}_${encodeURIComponent(type)}.smil`;
          const content = formatStreamList(all, order);
          return { path: `${ORGANIZATION}/${name}`, content, name, all };
        });
        await writeLists(folder, lists);
        return {
          files: [...files, ...lists.map(({ path, content }) => ({ path, content }))],
          elements: lists.flatMap(({ name, path, all }) =>
            formats.map((format) => elementOf(all, { name, path, format, url: streamUrl(url, name, format) })),
          ),
        };
      }),
    restore: (files) => answering(folder, () => writeLists(folder, files)),
    remove: (paths) =>
      paths.length === 0
        ? Promise.resolve()
        : answering(folder, async () => {
            await checkKnown(folder, false);
            for (const path of paths.toSorted((one, other) => Number(isList(other)) - Number(isList(one)))) {
              await rm(at(path), { force: true });
              if (!isList(path)) await removeEmpty(folder, dirname(path));
            }
          }),
  };
}

const isList = (path: string): boolean => path.endsWith('.smil');

/** Runs work in the folder; errors of its disk become words, and so does a share that does not answer. */
async function answering<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const away = (why: string): OperationFailed =>
    new OperationFailed(
      `the folder of the streaming server (${folder}) is away: ${why}. It is tried again when this operation is`,
    );
  const asked = stat(folder).then(
    () => 'there' as const,
    (error: Error) => error,
  );
  const found = await Promise.race([asked, sleep(ANSWERS_MS)]);
  if (found === undefined) throw away(`it did not answer within ${ANSWERS_MS / 1000} s`);
  if (found !== 'there') throw away(found.message);
  try {
    return await work();
  } catch (error) {
    if (isFull(error)) throw new OperationFailed(`the disk of the folder of the streaming server (${folder}) is full`);
    const { code } = error as NodeJS.ErrnoException;
    throw typeof code === 'string' && /^E[A-Z]+$/.test(code) ? away((error as Error).message) : error;
  }
}

/** Throws if the folder is not the one that files were put into before. */
async function checkKnown(folder: string, isFirst: boolean): Promise<void> {
  const isKnown = await stat(join(folder, MARK)).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
  if (isKnown) return;
  if (!isFirst)
    throw Object.assign(new Error(`the file ${MARK} is not there, so it is not mounted, or it is another folder`), {
      code: 'ENODEV',
    });
  await mkdir(join(folder, ORGANIZATION), { recursive: true, mode: 0o755 });
  await writeFile(
    join(folder, MARK),
    'Amphi puts films here. Without this file it takes the folder for one that is not mounted.\n',
  );
}

/** Puts a file into the folder under a temporary name, then under its own: who reads it never sees half of it. */
async function place(
  from: string,
  root: string,
  { src, sizeBytes }: { src: string; sizeBytes: number },
): Promise<void> {
  const to = join(root, src);
  const known = await stat(to).catch(() => undefined);
  if (known?.size === sizeBytes) return;
  await makeBelow(root, dirname(src), 0o755);
  await writeBeside(to, async (temporary) => {
    await copyContent(from, temporary, { isNew: true });
    const { size } = await stat(temporary);
    if (size !== sizeBytes) throw new OperationFailed(`${to} has ${size} bytes after it was copied, not ${sizeBytes}`);
  });
}

/**
 * Writes lists that are not there with this content: all under temporary names first, then they get their names, so that they
 * change together. A list that is right stays untouched: who reads the folder need not read it again.
 */
async function writeLists(folder: string, lists: readonly { path: string; content: string | null }[]): Promise<void> {
  const written: { temporary: string; to: string }[] = [];
  try {
    for (const { path, content } of lists) {
      const to = join(folder, path);
      if (content === null || (await contentOf(to)) === content) continue;
      const temporary = `${to}.${crypto.randomUUID()}.tmp`;
      written.push({ temporary, to });
      await writeFile(temporary, content, { flag: 'wx', mode: 0o644 });
      await syncPath(temporary);
    }
    for (const { temporary, to } of written) await rename(temporary, to);
  } catch (error) {
    for (const { temporary } of written) await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  if (written.length > 0) await syncFolder(join(folder, ORGANIZATION));
}

/** Content of a list; undefined: there is none. */
const contentOf = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });

async function removeEmpty(folder: string, path: string): Promise<void> {
  // The folders of the application and of a channel stay.
  if (path.split('/').length <= 2) return;
  const isRemoved = await rmdir(join(folder, path)).then(
    () => true,
    () => false,
  );
  if (isRemoved) await removeEmpty(folder, dirname(path));
}

/** A stream as an element of the publication: one for all qualities of a flavor, in one protocol. */
function elementOf(
  all: readonly { element: ElementRow }[],
  { name, path, format, url }: { name: string; path: string; format: StreamFormat; url: string },
): PublishedElement {
  const [first] = all;
  return {
    id: crypto.randomUUID(),
    kind: 'track',
    flavor: first?.element.flavor ?? '',
    tags: [...new Set(all.flatMap(({ element }) => element.tags))],
    file_name: name,
    path,
    mime_type: TRANSPORTS[format].mimeType,
    size_bytes: 0,
    md5: '',
    start_ms: null,
    duration_ms: Math.max(0, ...all.map(({ element }) => element.duration_ms ?? 0)) || null,
    streams: null,
    problem: null,
    url,
    transport: TRANSPORTS[format].transport,
  };
}
