import { copyFile, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { probe } from '#central/store/probe.ts';
import { cutByChunks } from '#central/workflows/chunks/cut-by-chunks.ts';
import { cutMedia } from '#central/workflows/operations/find/cut/cut-media.ts';
import { openElementFiles } from '#central/workflows/run/element-files.ts';
import { openMediaStore, type MediaStore } from '#central/store/media-store.ts';
import { mimeTypeOf } from '#central/store/mime.ts';
import type { ElementKind, ElementRow } from '#central/store/tables.ts';
import { openAttemptFiles } from '#central/workflows/run/attempt-files.ts';
import { openKeys } from '#central/workflows/run/keys.ts';
import type { Operation, OperationNeeds, OperationResult } from '#central/workflows/run/operation.ts';
import { findFfmpeg } from '#lib/ffmpeg/ffmpeg.ts';
import { openCatalogue } from '#lib/opencast/workflows/catalogue/catalogue.ts';
import { silentLog } from '#lib/runtime/log.ts';

/** Operations on real files, without a run: what is made lies in a media folder of its own. */
export interface OperationRig {
  needs: OperationNeeds;
  store: MediaStore;
  /** Puts a copy of a file into the media folder as an element. */
  element(file: string, flavor: string, more?: Partial<ElementRow> & { kind?: ElementKind }): Promise<ElementRow>;
  /** Runs an operation with keys on elements. Gives its result, and the lines of its log. */
  run(
    operation: Operation,
    keys: Record<string, string>,
    elements?: readonly ElementRow[],
    more?: { variables?: Record<string, string>; signal?: AbortSignal; event?: string },
  ): Promise<{ result: OperationResult; lines: string[] }>;
  /** Absolute path of an element's file. */
  pathOf(element: ElementRow): string;
  /** Absolute path of an element's file, which is written if it is only a list or a cut. */
  wholeOf(element: ElementRow): Promise<string>;
  close(): Promise<void>;
}

/** Opens a rig. `database` is for operations that need one; its files lie below `parent`. */
export async function openOperationRig(
  database?: OperationNeeds['database'],
  parent = tmpdir(),
): Promise<OperationRig> {
  const folder = await mkdtemp(join(parent, 'amphi-operations-'));
  const store = await openMediaStore(folder, 0);
  const { ffmpeg, ffprobe } = await findFfmpeg({});
  const catalogue = openCatalogue();
  const needs = { database: database as OperationNeeds['database'], store, ffmpeg, ffprobe, log: silentLog };
  let attempts = 0;
  const pathOf = ({ path }: Pick<ElementRow, 'path'>): string => store.at(path);
  const files = openElementFiles(store, (cut, follows) =>
    cutMedia({ ffmpeg, cutByChunks: cutByChunks(ffmpeg) }, cut, follows),
  );
  const told = { signal: new AbortController().signal, log: () => undefined };
  const wholeOf = ({ path }: Pick<ElementRow, 'path'>): Promise<string> => files.pathOf(path, told);
  return {
    needs,
    store,
    pathOf,
    wholeOf,
    async element(file, flavor, more = {}) {
      const id = crypto.randomUUID();
      const name = more.file_name ?? file.slice(file.lastIndexOf('/') + 1);
      const path = `lecture-1/${id}/${name}`;
      await mkdir(dirname(store.at(path)), { recursive: true });
      await copyFile(file, store.at(path));
      const mimeType = mimeTypeOf(name);
      const kind = more.kind ?? (/^(video|audio)\//.test(mimeType) ? 'track' : 'attachment');
      const probed = kind === 'track' ? await probe(ffprobe, store.at(path)) : undefined;
      const streams = probed && 'streams' in probed ? probed : { streams: null, durationMs: null };
      return {
        id,
        kind,
        flavor,
        tags: [],
        file_name: name,
        path,
        mime_type: mimeType,
        size_bytes: (await stat(store.at(path))).size,
        md5: '',
        start_ms: null,
        duration_ms: streams.durationMs,
        streams: streams.streams,
        problem: null,
        ...more,
      };
    },
    async run(operation, keys, elements = [], { variables = {}, signal, event = 'lecture-1' } = {}) {
      const row = catalogue.find(operation.id);
      if (!row) throw new Error(`the catalogue has no ${operation.id}`);
      const lines: string[] = [];
      const files = openAttemptFiles(store, ffprobe, { workflow: 1, position: attempts++, life: 1 });
      const result = await operation.run({
        workflow: { id: 1, event, version: 1, definition: 'test' },
        position: attempts,
        keys: openKeys(row, new Map(Object.entries(keys))),
        variables: new Map(Object.entries(variables)),
        elements,
        pathOf: wholeOf,
        folder: files.folder,
        take: files.take,
        signal: signal ?? new AbortController().signal,
        log: (text) => void lines.push(text),
        progress: () => undefined,
      });
      return { result, lines };
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
