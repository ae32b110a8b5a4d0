import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '#lib/runtime/files.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { OnFact } from '../facts.ts';
import { manifestOf, type Identity } from './manifest.ts';
import type { Recording } from '#agent/device/recording.ts';
import { bytesIn, filesOf, toldOf } from './recording.ts';

/** The known recordings, each with its manifest on disk. */
export interface Catalog {
  list(): Recording[];
  find(id: string): Recording | undefined;
  /** Adds a recording; gives it the next number if it has none (0). */
  add(info: Recording): void;
  /** Removes a recording from the list; resolves when no manifest of it is being written any more. */
  forget(id: string): Promise<void>;
  /** Whether a recording of this name exists. */
  hasBase(base: string): boolean;
  /** Bytes of all recordings' files in one destination. */
  bytesIn(destination: string): number;
  /** Must be called when `info` changed: its manifest is written anew in each of its folders, in the background. */
  changed(info: Recording): void;
  /** Writes the manifest into `folder`; it is there before any other file. Rejects if that fails. */
  writeInto(folder: string, info: Recording): Promise<void>;
  /** Resolves when all manifests are written. */
  settled(): Promise<void>;
}

/** Options of `openCatalog`. */
export interface CatalogOptions {
  identity: Identity;
  timeZone?: string;
  log: Log;
  onFact: OnFact;
}

/** Opens an empty catalog; `add` fills it. */
export function openCatalog(options: CatalogOptions): Catalog {
  return new KeptCatalog(options);
}

class KeptCatalog implements Catalog {
  readonly #options: CatalogOptions;
  readonly #infos = new Map<string, Recording>();
  readonly #writes = new Map<string, Promise<void>>();
  readonly #dirty = new Set<string>();
  /** Folders that have a manifest, by the recording's id; also folders without a part. */
  readonly #folders = new Map<string, Set<string>>();

  constructor(options: CatalogOptions) {
    this.#options = options;
  }

  list(): Recording[] {
    return [...this.#infos.values()].sort((a, b) => a.startedAtMs - b.startedAtMs || a.dbId - b.dbId);
  }

  find(id: string): Recording | undefined {
    return this.#infos.get(id);
  }

  add(info: Recording): void {
    if (info.dbId === 0) info.dbId = 1 + Math.max(0, ...[...this.#infos.values()].map(({ dbId }) => dbId));
    this.#infos.set(info.id, info);
  }

  async forget(id: string): Promise<void> {
    this.#infos.delete(id);
    const folders = this.#folders.get(id) ?? [];
    this.#folders.delete(id);
    for (const folder of folders) await this.#writes.get(folder);
  }

  hasBase(base: string): boolean {
    return [...this.#infos.values()].some((info) => info.base === base || info.id === base);
  }

  bytesIn(destination: string): number {
    return this.list().reduce((sum, info) => sum + bytesIn(info, destination), 0);
  }

  changed(info: Recording): void {
    info.revision++;
    this.#options.onFact({ kind: 'take', take: toldOf(info) });
    const folders = this.#foldersOf(info);
    for (const { folder, state } of filesOf(info)) if (state !== 'lost') folders.add(folder);
    for (const folder of folders) this.#writeSoon(folder, info);
  }

  async writeInto(folder: string, info: Recording): Promise<void> {
    const { identity, timeZone } = this.#options;
    this.#foldersOf(info).add(folder);
    await mkdir(folder, { recursive: true });
    await writeFileAtomically(join(folder, `${info.base}.json`), manifestOf(info, identity, timeZone));
  }

  async settled(): Promise<void> {
    while (this.#writes.size > 0) await Promise.all(this.#writes.values());
  }

  #foldersOf({ id }: Recording): Set<string> {
    const folders = this.#folders.get(id) ?? new Set();
    this.#folders.set(id, folders);
    return folders;
  }

  /** Writes the manifest of a folder. One write runs at a time; changes during it are in the next one. */
  #writeSoon(folder: string, info: Recording): void {
    this.#dirty.add(folder);
    if (this.#writes.has(folder)) return;
    const write = async (): Promise<void> => {
      while (this.#dirty.delete(folder)) {
        if (this.#infos.get(info.id) !== info) return;
        // A manifest is not written into a folder that was removed, or that is on an unplugged drive: that would make
        // the folder again.
        if (!(await stat(folder).catch(() => undefined))) continue;
        await this.writeInto(folder, info).catch((error: unknown) => {
          this.#options.log.warn({ folder, error: String(error) }, 'manifest not written');
        });
      }
    };
    this.#writes.set(
      folder,
      write().finally(() => this.#writes.delete(folder)),
    );
  }
}
