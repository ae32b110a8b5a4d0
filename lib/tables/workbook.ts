import { answerOfThread } from '#lib/runtime/processes/thread-answer.ts';
import { UnreadableFile } from './text.ts';

/** A sheet of a workbook that is not hidden. */
export interface Sheet {
  name: string;
  /**
   * Cells as text; dates are `2016-09-12`, times `08:30:00`, both `2016-09-12 08:30:00`, an empty cell ''. Each row of
   * merged cells has their text.
   */
  rows: string[][];
  /** Number of rows, among these, that the program hides: by a filter or by hand. */
  hiddenRows: number;
}

/** The answer of the thread that reads a workbook. */
export type WorkbookAnswer = { sheets: Sheet[] } | { unreadable: string };

/** Time to read a workbook, in milliseconds; one that takes longer is refused. A semester takes less than a second. */
const LONGEST_MS = 30_000;
/** Heap of the thread that reads, in MB; a workbook that needs more is refused. */
const MOST_HEAP_MB = 512;

/** Whether the bytes begin like a ZIP (xlsx, ods) or an old Excel workbook (xls). */
export const isWorkbook = (bytes: Uint8Array): boolean =>
  startsWith(bytes, [0x50, 0x4b, 0x03, 0x04]) || startsWith(bytes, [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);

const startsWith = (bytes: Uint8Array, sign: readonly number[]): boolean => sign.every((byte, n) => bytes[n] === byte);

/**
 * Reads the sheets of a workbook of Excel (xlsx, xls) or LibreOffice (ods), or of text with tables (HTML, XML), in a thread of its own with limits of time
 * and memory. Throws UnreadableFile, in words for its sender.
 */
export async function readWorkbook(bytes: Uint8Array | string): Promise<Sheet[]> {
  const limits = { longestMs: LONGEST_MS, mostHeapMb: MOST_HEAP_MB };
  const entry = new URL('workbook-worker.ts', import.meta.url);
  const answer = (await answerOfThread<WorkbookAnswer>(entry, bytes, limits)) ?? unreadable;
  if ('unreadable' in answer) throw new UnreadableFile(answer.unreadable);
  return answer.sheets;
}

const unreadable: WorkbookAnswer = {
  unreadable: 'the workbook cannot be read (damaged, or far too large): save it as CSV, then import that',
};
