import { fileTextOf } from '#lib/runtime/texts/file-text.ts';

/** Thrown for a file that is no text; the message is for its sender. */
export class UnreadableFile extends Error {}

const MOST_BYTES = 32 * 1024 * 1024;
/** Share of characters that may be NUL, which some programs leave in their cells; a file with more is no text. */
const MOST_NULS = 0.04;

/** Files of other kinds, by the first bytes of what programs write. */
const OTHERS: readonly [kind: string, sign: string][] = [
  ['a PDF', '%PDF-'],
  ['packed (gzip)', '\u001F\u008B'],
  ['packed (RAR)', 'Rar!'],
  ['packed (7z)', "7z\u00BC\u00AF'\u001C"],
  ['a picture', '\u0089PNG'],
  ['a picture', '\u00FF\u00D8\u00FF'],
];

/** A file's text, and a note if its encoding was recognised by its words alone. */
export interface NotedText {
  text: string;
  note?: string;
}

/**
 * The text of a file, in any encoding that `fileTextOf` reads, without NUL. Throws UnreadableFile for anything else.
 */
export const textOf = (bytes: Uint8Array): string => notedTextOf(bytes).text;

/** The same, with a note. */
export function notedTextOf(bytes: Uint8Array): NotedText {
  if (bytes.length === 0) throw new UnreadableFile('the file is empty');
  if (bytes.length > MOST_BYTES) throw new UnreadableFile(`the file has more than ${MOST_BYTES / 1024 / 1024} MB`);
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) {
    throw new UnreadableFile('the file is a workbook (xlsx, ods): save it as CSV, then import that');
  }
  const start = Buffer.from(bytes.subarray(0, 8)).toString('latin1');
  const other = OTHERS.find(([, sign]) => start.startsWith(sign));
  if (other) throw new UnreadableFile(`the file is ${other[0]}: CSV, a workbook or iCalendar is needed`);
  const { raw, decode, guess } = fileTextOf(bytes);
  const plain = raw.replaceAll('\0', '');
  if (raw.length - plain.length > raw.length * MOST_NULS) throw new UnreadableFile('the file is no text');
  const text = plain.split('\n').map(decode).join('\n');
  return { text, ...(guess === undefined ? {} : { note: `the file is read as ${guess}` }) };
}
