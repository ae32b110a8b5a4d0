import type { Database } from './connect.ts';
import { makeWritableFolder } from './data-folder.ts';
import { openMediaStore, type MediaStore } from './media-store.ts';

/** The media folder that the configuration names. */
export interface MediaFolder {
  folder: string;
  minFreeBytes: number;
  /** Whether what was being received when the server was killed is removed: by one of the processes that share the folder. */
  tidies: boolean;
}

/**
 * Makes the media folder and opens it. Throws an error in words for an installer where it cannot be written, and where it is
 * empty although the database names files in it: then a share is not mounted.
 */
export async function openMediaFolder(database: Database, media: MediaFolder): Promise<MediaStore> {
  const { folder, minFreeBytes, tidies } = media;
  await makeWritableFolder(folder, '--media');
  const hasFiles = async (): Promise<boolean> =>
    (await database.selectFrom('files').select('id').limit(1).executeTakeFirst()) !== undefined;
  return openMediaStore(folder, minFreeBytes, { tidies, hasFiles });
}
