import { readFile } from 'node:fs/promises';
import type { Interval } from '@amphi/lib/media/intervals.ts';
import { writeFileAtomically } from '@amphi/lib/runtime/files.ts';

/** End of the path of a cut film that is not written: it names the recording, and what is kept of it. */
export const CUT_SUFFIX = '~cut';

/** Whether a path below the media folder is that of a cut film that is not written. */
export const isCut = (path: string): boolean => path.endsWith(CUT_SUFFIX);

/** What a cut film consists of. */
export interface StoredCut {
  /** Path of the recording below the media folder. */
  source: string;
  /** Stretches that are kept: in order, in ms. */
  kept: readonly Interval[];
  /** Whether the recording has a picture, and sound. */
  picture: boolean;
  sound: boolean;
  framesPerSecond: number | undefined;
}

/** Writes what a cut film consists of; it is on the disk when this resolves. */
export const writeCut = (path: string, cut: StoredCut): Promise<void> =>
  writeFileAtomically(path, JSON.stringify(cut), 0o640);

/** Reads what a cut film consists of. Rejects if the file is not there. */
export const readCut = async (path: string): Promise<StoredCut> =>
  JSON.parse(await readFile(path, 'utf8')) as StoredCut;
