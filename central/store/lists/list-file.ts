import { open, writeFile } from 'node:fs/promises';
import { readAt } from '@amphi/lib/runtime/disk/read-at.ts';

/**
 * End of the path of a list: a film that is not written as a whole, but names where its bytes are. No name of a file
 * that somebody sends can end so (`safeFileName`).
 */
export const LIST_SUFFIX = '~list';

/** Whether a path below the media folder is that of a list. */
export const isList = (path: string): boolean => path.endsWith(LIST_SUFFIX);

/** Path that a film has when it is written as a whole: that of a list, or of a cut, without its end. */
export const wholePath = (path: string): string => path.slice(0, path.lastIndexOf('~'));

/** Bytes of a file below the media folder. */
export interface ListSpan {
  path: string;
  at: number;
  bytes: number;
}

/** What a film consists of: its first bytes, which the list has itself, and spans of other files after them. */
export interface FilmList {
  head: Buffer;
  spans: readonly ListSpan[];
  /** Renditions and sounds that it needs: they stay as long as a publication has the list. */
  renditions: readonly number[];
  sounds: readonly string[];
}

/** What the file of a list says; `headAt` is where the first bytes of the film stand in it. */
export interface StoredList extends Omit<FilmList, 'head'> {
  headAt: number;
  headBytes: number;
  sizeBytes: number;
}

/** Bytes in which the length of the table is written, as decimal digits. */
const LENGTH_BYTES = 16;
/** Bytes of the largest table: that of a film of 2 hours has 150 KB. */
const MOST_TABLE_BYTES = 16 << 20;

interface Table {
  headBytes: number;
  files: string[];
  /** Number of the file, place and bytes of each span. */
  spans: number[];
  renditions: number[];
  sounds: string[];
}

/** Writes a list to a path, which must be free. */
export async function writeList(path: string, { head, spans, renditions, sounds }: FilmList): Promise<void> {
  const files = [...new Set(spans.map((span) => span.path))];
  const numbers = new Map(files.map((file, n) => [file, n]));
  const table: Table = {
    headBytes: head.length,
    files,
    spans: spans.flatMap((span) => [numbers.get(span.path)!, span.at, span.bytes]),
    renditions: [...renditions],
    sounds: [...sounds],
  };
  const text = Buffer.from(JSON.stringify(table));
  const length = Buffer.from(String(text.length).padEnd(LENGTH_BYTES));
  await writeFile(path, [length, text, head], { flag: 'wx', mode: 0o640 });
}

/** Reads the table of a list. Rejects with the reason if it is none. */
export async function readList(path: string): Promise<StoredList> {
  const file = await open(path, 'r');
  try {
    const length = Number((await readAt(file, 0, LENGTH_BYTES)).toString('latin1'));
    if (!(Number.isSafeInteger(length) && length > 0 && length <= MOST_TABLE_BYTES))
      throw new Error(`${path} is no list of a film`);
    const table = JSON.parse((await readAt(file, LENGTH_BYTES, length)).toString('utf8')) as Table;
    const spans: ListSpan[] = [];
    let sizeBytes = table.headBytes;
    for (let n = 0; n < table.spans.length; n += 3) {
      const [number, at, bytes] = table.spans.slice(n, n + 3) as [number, number, number];
      spans.push({ path: table.files[number]!, at, bytes });
      sizeBytes += bytes;
    }
    const { headBytes, renditions, sounds } = table;
    return { headAt: LENGTH_BYTES + length, headBytes, sizeBytes, spans, renditions, sounds };
  } finally {
    await file.close();
  }
}
