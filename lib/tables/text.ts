import { textOfBytes } from '#lib/runtime/texts/bytes-text.ts';

/** Thrown for a file that is no text; the message is for its sender. */
export class UnreadableFile extends Error {}

const MOST_BYTES = 32 * 1024 * 1024;

/**
 * The text of a file: UTF-8 with or without byte order mark, UTF-16 with one, else Windows-1252, which is ISO-8859-1
 * with more letters. Throws UnreadableFile for anything else.
 */
export function textOf(bytes: Uint8Array): string {
  if (bytes.length === 0) throw new UnreadableFile('the file is empty');
  if (bytes.length > MOST_BYTES) throw new UnreadableFile(`the file has more than ${MOST_BYTES / 1024 / 1024} MB`);
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) {
    throw new UnreadableFile('the file is a workbook (xlsx, ods): save it as CSV, then import that');
  }
  const text = textOfBytes(bytes);
  if (text.includes('\0')) throw new UnreadableFile('the file is no text');
  return text;
}
