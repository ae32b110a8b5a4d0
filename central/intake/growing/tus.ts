import { FileStore } from '@tus/file-store';
import { Server, Upload } from '@tus/server';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { syncPath } from '@amphi/lib/runtime/files.ts';
import { mayTouch } from '../../identity/permissions.ts';
import type { Who } from '../../identity/who.ts';
import type { Database } from '../../store/connect.ts';
import { addUpload, isDeletedEvent, noteLength, openUploadsOf, uploadOf } from './uploads.ts';
import { metadataIn } from './metadata.ts';
import { ownersOfEvent } from '../../catalogue/owners.ts';

/** Answers requests of the protocol tus 1.0: creating an upload without a length, asking for its offset, appending. */
export interface TusServer {
  /** Answers a request. Its path ends in the id of an upload that the account may touch, or begins a new one. */
  answer(request: Request, who: Who): Promise<Response>;
}

/** Path of growing uploads on this server. */
export const GROWING_PATH = '/api/v1/growing';

/** Bytes of an upload; beyond them more are refused with 413. A box begins a new file much earlier. */
const MOST_BYTES = 64 * 2 ** 30;
/** Uploads of an account that are not given to a recording; beyond them a new one is refused with 429. */
const MOST_UPLOADS = 1000;
/** Time in ms that a request gets to end when the same agent begins another one for the same upload. */
const DRAIN_MS = 1000;

/** Opens the protocol. The files are in `folder`, named by the ids of their uploads; what is known of them is in rows. */
export function openTus(database: Database, folder: string): TusServer {
  const callers = new WeakMap<object, Who>();
  const tus = new Server({
    path: GROWING_PATH,
    relativeLocation: true,
    // Pages of other sites may not use it.
    allowedOrigins: [],
    maxSize: MOST_BYTES,
    lockDrainTimeout: DRAIN_MS,
    datastore: new SyncedFiles({ directory: folder, configstore: rowsOf(database) }),
    namingFunction: () => crypto.randomUUID(),
    async onUploadCreate(request, { id, metadata }) {
      const who = callers.get(request);
      if (!who) throw new Error('an upload of nobody');
      await begin(database, who, id, metadata);
      return {};
    },
  });
  return {
    answer(request, who) {
      callers.set(request, who);
      return tus.handleWeb(request);
    },
  };
}

/** Files of uploads whose bytes are on the disk when a request is answered. */
class SyncedFiles extends FileStore {
  override async write(source: Readable, id: string, offset: number): Promise<number> {
    const end = await super.write(source, id, offset);
    await syncPath(join(this.directory, id));
    return end;
  }
}

/** What the protocol knows of an upload, kept in its row. */
const rowsOf = (database: Database) => ({
  async get(id: string): Promise<Upload | undefined> {
    const row = await uploadOf(database, id);
    if (!row) return undefined;
    const { size_bytes: offset, length_bytes: length, created_at: createdAt } = row;
    return new Upload({
      id,
      offset,
      creation_date: createdAt.toISOString(),
      ...(length === null ? {} : { size: length }),
    });
  },
  async set(id: string, { size }: Upload): Promise<void> {
    if (size !== undefined) await noteLength(database, id, size);
  },
  async delete(): Promise<void> {
    // Rows are removed with all their files, by GrowingUploads.
  },
});

/** An answer with an error, as the protocol's library takes it. */
const refusal = (status: number, text: string): object => ({ status_code: status, body: `${text}\n` });

/** Enters a new upload, if the account may send one for its event. Throws a refusal. */
async function begin(database: Database, who: Who, id: string, given: Upload['metadata']): Promise<void> {
  const about = cleaned(given);
  const { event } = about;
  const owners = event === undefined ? undefined : await ownersOfEvent(database, event);
  if (owners && !mayTouch(who, owners)) throw refusal(403, 'this event is another agent’s');
  if (event !== undefined && (await isDeletedEvent(database, event)))
    throw refusal(409, `the event ${event} was deleted: its recording is taken when it is finished`);
  if ((await openUploadsOf(database, who)) >= MOST_UPLOADS)
    throw refusal(429, `this account has ${MOST_UPLOADS} uploads that it has not ended`);
  await addUpload(database, who, id, about);
}

function cleaned(given: Upload['metadata']) {
  try {
    return metadataIn(given);
  } catch (error) {
    throw refusal(400, (error as Error).message);
  }
}
