import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import type { Log } from '@amphi/lib/runtime/log.ts';
import type { Database } from '../../store/connect.ts';
import type { Jobs } from '../../store/jobs.ts';
import type { MediaStore } from '../../store/media-store.ts';

/** What encoding by chunks needs. */
export interface ChunkNeeds {
  database: Database;
  store: Pick<MediaStore, 'folder' | 'at' | 'checkRoom' | 'makeFolder' | 'remove'>;
  /** Jobs of all workers; undefined: all is encoded by this process. */
  jobs: Pick<Jobs, 'send'> | undefined;
  /** Path of the program. */
  ffmpeg: string;
  log: Log;
}

/** Folder of all fragments, below the media folder. */
export const CHUNKS_FOLDER = '.chunks';

/** Folder of an event's fragments, below the media folder: ids of events may have any characters. */
export const folderOf = (event: string): string =>
  `${CHUNKS_FOLDER}/${createHash('sha256').update(event).digest('hex').slice(0, 32)}`;

/** Path of a file below the media folder, which every worker knows by the same name; undefined: it lies elsewhere. */
export function belowMedia({ store }: Pick<ChunkNeeds, 'store'>, path: string): string | undefined {
  const below = relative(store.folder, path);
  return below === '' || below.startsWith('..') || below.startsWith('/') ? undefined : below;
}
