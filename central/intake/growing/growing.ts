import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Log } from '@amphi/lib/runtime/log.ts';
import { openTurnstile } from '@amphi/lib/runtime/turnstile.ts';
import { BadRequest } from '../../catalogue/bad-request.ts';
import { tellAudit } from '../../identity/audit.ts';
import { mayTouch } from '../../identity/permissions.ts';
import type { Who } from '../../identity/who.ts';
import type { Database } from '../../store/connect.ts';
import { sizeOf, type MediaStore, type Received } from '../../store/media-store.ts';
import type { GrowingUploadRow, MadeOf } from '../../store/growing-table.ts';
import { keepAsRecorded, makeFinished, type FinishedFile } from './finished-file.ts';
import { keepTracks, readTracks, type GrowingTracks } from './growing-tracks.ts';
import { tellGrowing, type GrowingNotice } from './notices.ts';
import { openTus } from './tus.ts';
import {
  forgetUpload,
  noteBytes,
  noteEnd,
  noteFinished,
  noteTaken,
  oldUploads,
  ownersOfUpload,
  takenUploads,
  unknownUploads,
  uploadOf,
  uploadsOfDeleted,
} from './uploads.ts';

/** State of the finished file of an upload. */
export type FinishedState =
  /** The server does not have all of its bytes: it has these. */
  | { state: 'incomplete'; bytes: number }
  | { state: 'making' }
  | { state: 'made'; sha256: string }
  /**
   * The server cannot make the file, or made another one than the agent. The upload is removed when the agent has told its
   * checksum.
   */
  | { state: 'failed'; why: string };

/** Recordings that agents send while they are recorded. */
export interface GrowingUploads {
  /** An upload that the account may touch; undefined: there is none. */
  find(who: Who, id: string): Promise<GrowingUploadRow | undefined>;
  /** Answers a request of tus; a new upload is begun, or `id` is one that the account may touch. */
  answer(request: Request, who: Who, id?: string): Promise<Response>;
  /**
   * Takes the end of an upload: the finished file is made in the background, and is compared with the agent's own as
   * soon as that is known (`sha256`). May be called again, and is by an agent that waits for the file.
   */
  end(who: Who, row: GrowingUploadRow, madeOf: MadeOf, sha256: string | undefined): Promise<FinishedState>;
  /** Takes what is known of slides and layouts so far. Gives the number of slides, or the reason why it is not taken. */
  tellTracks(row: GrowingUploadRow, tracks: GrowingTracks): Promise<{ slides: number } | { why: string }>;
  /** Gives the finished file of an upload for a media package. Throws BadRequest if there is none for this account. */
  take(who: Who, id: string): Promise<Received & { fileName: string }>;
  /** Removes an upload with its files. `why`: the reason for the audit log; undefined: its file was handed over. */
  remove(who: Who | undefined, id: string, why: string | undefined): Promise<void>;
  /** Removes uploads that nobody went on with since a moment, and files that belong to none. */
  removeOld(before: Date): Promise<void>;
  /** Removes uploads whose event was deleted, and those whose files were taken some time ago. */
  removeUnneeded(keptMs?: number): Promise<void>;
  /** Ends the making of files: it begins again when the agent asks for the file. */
  close(): Promise<void>;
}

/** Options of `openGrowingUploads`. */
export interface GrowingOptions {
  database: Database;
  store: MediaStore;
  /** Path of the program ffmpeg. */
  ffmpeg: string;
  log: Log;
}

/** Folder of the media folder with the files of uploads. */
const FOLDER = '.growing';
/** Interval in ms in which uploads that are not needed any more are looked for. */
const LOOK_MS = 10_000;
/** Time in ms for which an upload stays after its file was taken: what is encoded ahead may still be read from it. */
const KEPT_MS = 600_000;

/** Opens the growing uploads. */
export async function openGrowingUploads(options: GrowingOptions): Promise<GrowingUploads> {
  await options.store.makeFolder(FOLDER);
  return new GrowingUploadsOfFolder(options);
}

class GrowingUploadsOfFolder implements GrowingUploads {
  readonly #options: GrowingOptions;
  readonly #tus;
  readonly #turns = openTurnstile();
  readonly #making = new Map<string, { madeOf: MadeOf; done: Promise<void> }>();
  readonly #timer: NodeJS.Timeout;
  readonly #closing = new AbortController();

  constructor(options: GrowingOptions) {
    this.#options = options;
    this.#tus = openTus(options.database, join(options.store.folder, FOLDER));
    const look = (): void => void this.removeUnneeded().catch((error: unknown) => this.#warn(error));
    this.#timer = setInterval(look, LOOK_MS).unref();
  }

  async find(who: Who, id: string): Promise<GrowingUploadRow | undefined> {
    const row = UUID.test(id) ? await uploadOf(this.#options.database, id) : undefined;
    return row && mayTouch(who, ownersOfUpload(row)) ? row : undefined;
  }

  async answer(request: Request, who: Who, id?: string): Promise<Response> {
    const bytes = Number(request.headers.get('content-length') ?? 0);
    if (request.method !== 'HEAD') await this.#options.store.checkRoom(bytes);
    const answer = await this.#tus.answer(request, who);
    if (id !== undefined && request.method === 'PATCH' && answer.ok)
      await this.#grew(id, Number(answer.headers.get('upload-offset')));
    return answer;
  }

  async #grew(id: string, bytes: number): Promise<void> {
    const row = await noteBytes(this.#options.database, id, bytes);
    // Its event was deleted while the bytes came.
    if (!row) return this.#removeFiles(id);
    await this.#tell(row, bytes, 'grows');
  }

  async end(who: Who, row: GrowingUploadRow, madeOf: MadeOf, sha256: string | undefined): Promise<FinishedState> {
    const isSame = row.made_of !== null && isDeepStrictEqual(row.made_of, madeOf);
    if (isSame && (row.sha256 ?? row.problem) !== null) return this.#compare(who, row, sha256);
    const bytes = await sizeOf(this.#pathOf(row.id));
    if (bytes < madeOf.bytes) return { state: 'incomplete', bytes };
    if (!isSame) {
      await noteEnd(this.#options.database, row.id, madeOf);
      if (row.sha256 !== null) await rm(this.#finishedOf(row.id, row.sha256), { force: true });
      await this.#tell(row, madeOf.bytes, 'ended');
    }
    this.#make(row.id, madeOf);
    return { state: 'making' };
  }

  /** Makes the finished file, unless it is being made already. */
  #make(id: string, madeOf: MadeOf): void {
    const known = this.#making.get(id);
    if (known && isDeepStrictEqual(known.madeOf, madeOf)) return;
    const work = async (): Promise<void> => {
      await known?.done;
      await this.#turns.inTurn(() => this.#makeNow(id, madeOf));
    };
    const done = work()
      .catch((error: unknown) => {
        if (!this.#closing.signal.aborted) this.#warn(error);
      })
      .finally(() => {
        if (this.#making.get(id)?.done === done) this.#making.delete(id);
      });
    this.#making.set(id, { madeOf, done });
  }

  async #makeNow(id: string, madeOf: MadeOf): Promise<void> {
    const { database, ffmpeg, log } = this.#options;
    const { signal } = this.#closing;
    // It may have been made by another server, be wanted with other words, or be gone.
    if (!isAwaited(await uploadOf(database, id), madeOf)) return;
    const nameOf = (sha256: string): string => this.#finishedOf(id, sha256);
    const made = await makeFinished(ffmpeg, this.#pathOf(id), nameOf, madeOf, signal).catch((error: Error) => {
      signal.throwIfAborted();
      log.warn({ upload: id, error: error.message }, 'no finished file can be made');
      return { problem: error.message.slice(0, 500) };
    });
    if (!(await noteFinished(database, id, madeOf, made))) await this.#forgetMade(id, made);
  }

  /** Removes a file that was made in vain: other words were told meanwhile, or the upload was removed. */
  async #forgetMade(id: string, made: FinishedFile | { problem: string }): Promise<void> {
    const row = await uploadOf(this.#options.database, id);
    if (!row) return this.#removeFiles(id);
    if ('sha256' in made && row.sha256 !== made.sha256) await rm(this.#finishedOf(id, made.sha256), { force: true });
  }

  /** Compares the finished file with the agent's own, if that is known. */
  async #compare(who: Who, row: GrowingUploadRow, own: string | undefined): Promise<FinishedState> {
    const { sha256: made, problem } = row;
    if (made !== null && (own === undefined || own === made)) return { state: 'made', sha256: made };
    // An agent that cannot finish a file hands it over as it was recorded.
    if (own !== undefined && (await this.#isAsRecorded(row, own))) return { state: 'made', sha256: own };
    const why = problem ?? `the file that the server made has the checksum ${made}, the agent's has ${own}`;
    if (own !== undefined) await this.remove(who, row.id, why);
    return { state: 'failed', why };
  }

  /** Takes the fragmented file in place of the finished one, if it has this checksum. */
  async #isAsRecorded({ id, made_of: madeOf }: GrowingUploadRow, own: string): Promise<boolean> {
    const { database, store } = this.#options;
    const nameOf = (sha256: string): string => this.#finishedOf(id, sha256);
    const recorded = await keepAsRecorded(this.#pathOf(id), nameOf, own, (bytes) => store.checkRoom(bytes));
    if (!recorded || madeOf === null) return false;
    const isNoted = await noteFinished(database, id, madeOf, recorded);
    if (!isNoted) await this.#forgetMade(id, recorded);
    return isNoted;
  }

  async tellTracks(row: GrowingUploadRow, tracks: GrowingTracks): Promise<{ slides: number } | { why: string }> {
    const read = readTracks(tracks);
    if ('why' in read) return read;
    // Bytes are told of when they come, and of a file that has ended nothing is told any more.
    if ((await keepTracks(this.#options.database, row.id, tracks)) && row.made_of === null)
      await this.#tell(row, row.size_bytes, 'grows');
    return { slides: read.slides.length };
  }

  async take(who: Who, id: string): Promise<Received & { fileName: string }> {
    const row = await this.find(who, id);
    if (row?.sha256 == null || row.md5 === null || row.made_bytes === null)
      throw new BadRequest(`there is no finished upload ${id} for you`);
    const { store, database } = this.#options;
    const temporary = await store.copyOf(this.#finishedOf(id, row.sha256)).catch(() => {
      throw new BadRequest(`the file of the upload ${id} is gone`);
    });
    await noteTaken(database, id);
    return { temporary, sizeBytes: row.made_bytes, md5: row.md5, fileName: row.file_name };
  }

  async remove(who: Who | undefined, id: string, why: string | undefined): Promise<void> {
    const { database } = this.#options;
    const row = await database.transaction().execute(async (within) => {
      const gone = await forgetUpload(within, id);
      const change = { recording: gone?.recording, file: gone?.file_name, why };
      if (gone && why !== undefined)
        await tellAudit(within, who, { action: 'discard', kind: 'upload', object: gone.event ?? id, change });
      return gone;
    });
    await this.#removeFiles(id);
    if (row) await this.#tell(row, 0, 'gone');
  }

  async removeUnneeded(keptMs = KEPT_MS): Promise<void> {
    const { database } = this.#options;
    for (const id of await uploadsOfDeleted(database)) await this.remove(undefined, id, 'its event was deleted');
    for (const id of await takenUploads(database, keptMs)) await this.remove(undefined, id, undefined);
  }

  async removeOld(before: Date): Promise<void> {
    const { database, store } = this.#options;
    for (const id of await oldUploads(database, before)) await this.remove(undefined, id, 'nobody went on with it');
    const folder = join(store.folder, FOLDER);
    const ids = (await readdir(folder)).map((name) => name.slice(0, 36)).filter((name) => UUID.test(name));
    for (const id of await unknownUploads(database, [...new Set(ids)])) {
      const known = await stat(this.#pathOf(id)).catch(() => undefined);
      if (!known || known.mtimeMs < before.getTime()) await this.#removeFiles(id);
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#closing.abort();
    await Promise.all([...this.#making.values()].map(({ done }) => done));
  }

  async #removeFiles(id: string): Promise<void> {
    const folder = join(this.#options.store.folder, FOLDER);
    for (const name of await readdir(folder)) if (name.startsWith(id)) await rm(join(folder, name), { force: true });
  }

  #tell({ id, event }: GrowingUploadRow, bytes: number, state: GrowingNotice['state']): Promise<void> {
    return tellGrowing(this.#options.database, { upload: id, event, path: `${FOLDER}/${id}`, bytes, state });
  }

  #pathOf(id: string): string {
    return join(this.#options.store.folder, FOLDER, id);
  }

  /** Path of a finished file. Its name has its checksum: files of other words never stand in its place. */
  #finishedOf(id: string, sha256: string): string {
    return `${this.#pathOf(id)}.${sha256}.mp4`;
  }

  #warn(error: unknown): void {
    this.#options.log.warn({ err: error }, 'growing uploads');
  }
}

/** Whether the finished file of these words is still to be made. */
const isAwaited = (row: GrowingUploadRow | undefined, madeOf: MadeOf): boolean =>
  row !== undefined && row.sha256 === null && row.problem === null && isDeepStrictEqual(row.made_of, madeOf);

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
