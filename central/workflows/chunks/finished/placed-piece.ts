import type { FileHandle } from 'node:fs/promises';
import type { Sample } from '@amphi/lib/media/groups/sample-table.ts';
import type { ListSpan } from '../../../store/lists/list-file.ts';
import { readAt } from '@amphi/lib/runtime/disk/read-at.ts';
import type { Files } from '@amphi/lib/runtime/disk/open-files.ts';
import { fragmentTable, type FragmentTable } from './fragment-table.ts';
import type { Fragment } from '../rendition-store.ts';

/** A piece of pictures in a finished file: when it is shown, its samples, and their bytes. */
export interface PlacedPiece {
  /** When it begins, in ticks of 90 kHz. */
  atTicks: number;
  ticks: number;
  /** Its samples in decoding order; their times count from the beginning of the piece. */
  samples: readonly Pick<Sample, 'size' | 'time' | 'composition'>[];
  /** The bytes of all its samples, one after the other. */
  read: () => Promise<Buffer>;
  /** Where these bytes are; undefined: they are in no file of the media folder. */
  span?: ListSpan | undefined;
}

/** Bytes at the beginning of a fragment that are read for its table: 60 pictures have some 1 KB, 200 some 3 KB. */
const HEAD_BYTES = [2048, 8192];
/** Most bytes of a fragment's table: that of the largest group. */
const MOST_HEAD_BYTES = 1 << 20;

/** Fragments of a rendition as pieces. Rejects if a file does not have what the database says of it. */
export async function placedFragments(
  pieces: readonly { atTicks: number; ticks: number; fragment: Fragment }[],
  files: Files,
): Promise<PlacedPiece[]> {
  const placed: PlacedPiece[] = [];
  for (const { atTicks, ticks, fragment } of pieces) {
    const { samples, dataAt, dataBytes } = await readTable(await files.open(fragment.path), fragment);
    const read = async (): Promise<Buffer> => readAt(await files.open(fragment.path), dataAt, dataBytes);
    placed.push({ atTicks, ticks, samples, read, span: { path: fragment.path, at: dataAt, bytes: dataBytes } });
  }
  return placed;
}

async function readTable(file: FileHandle, fragment: Fragment): Promise<FragmentTable> {
  for (const most of [...HEAD_BYTES, MOST_HEAD_BYTES]) {
    const table = await fragmentTable(await readAt(file, fragment.offset, Math.min(most, fragment.size)), fragment);
    if (table) return table;
  }
  throw new Error(`a fragment of ${fragment.path} is not what the database says of it`);
}
