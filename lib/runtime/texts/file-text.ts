import { byteOrderOf, type Utf16 } from './bytes-text.ts';
import { eightBitOf, WINDOWS_1252, type EightBit } from './eight-bit.ts';

/**
 * Text of a file whose encoding nobody told, read line by line: a line is cut from the bytes before it is decoded, so
 * that a broken character in one line changes no other.
 */

/** A file's text before its lines are decoded. */
export interface FileText {
  /** The whole text: characters of UTF-16, or one byte in each character. */
  raw: string;
  /** The text of a line that was cut from `raw`. */
  decode: (line: string) => string;
  /** Name of an encoding that was recognised by its words alone, for a note; undefined otherwise. */
  guess?: string;
}

/**
 * Opens the text of a file: UTF-8 and UTF-16 (both byte orders), with and without byte order mark; a line that is not
 * UTF-8 is read in the encoding in which the words of the file look right. UTF-8 that was encoded twice is undone.
 */
export function fileTextOf(bytes: Uint8Array): FileText {
  const wide = wideEncodingOf(bytes);
  if (wide) return { raw: wideText(bytes, wide), decode: (line) => line.toWellFormed() };
  const raw = asBuffer(bytes).toString('latin1');
  const firstHigh = Math.max(1, raw.search(/[\u0080-\u00FF]/));
  const sample = raw.slice(firstHigh - 1, firstHigh + JUDGED_CHARACTERS);
  const high = sample.match(HIGH)?.length ?? 0;
  const inUtf8 = (sample.match(SEQUENCE) ?? []).reduce((sum, { length }) => sum + length, 0);
  const encoding = high > inUtf8 * 2 ? eightBitOf(sample) : WINDOWS_1252;
  return {
    raw,
    decode: (line) => decoded(line, encoding),
    ...(encoding === WINDOWS_1252 ? {} : { guess: encoding.name }),
  };
}

/**
 * Characters, from the first one beyond ASCII on, by which the encoding of a file is judged; further ones are read in the
 * same one.
 */
const JUDGED_CHARACTERS = 1 << 16;
const HIGH = /[\u0080-\u00FF]/g;

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Halves of a character stay as they are, since a line may be folded between them. */
function wideText(bytes: Uint8Array, wide: Utf16): string {
  const even = bytes.subarray(0, bytes.length - (bytes.length % 2));
  return asBuffer(wide === 'utf-16le' ? even : Buffer.from(even).swap16())
    .toString('utf16le')
    .replace(/^\uFEFF/, '');
}

/** Number of bytes at the beginning in which zeros are counted, to recognise UTF-16 without a byte order mark. */
const LOOKED_AT = 512;

function wideEncodingOf(bytes: Uint8Array): Utf16 | undefined {
  const marked = byteOrderOf(bytes);
  if (marked) return marked;
  const zeros = [0, 0];
  const pairs = Math.floor(Math.min(bytes.length, LOOKED_AT) / 2);
  for (let at = 0; at < pairs * 2; at++) if (bytes[at] === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (odd > pairs * 0.6 && even < pairs * 0.2) return 'utf-16le';
  return even > pairs * 0.6 && odd < pairs * 0.2 ? 'utf-16be' : undefined;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });
/** Characters of UTF-8: Latin letters of two bytes, and characters of three or four bytes. */
const SEQUENCE =
  /[\u00c2\u00c3\u00c5][\u0080-\u00bf]|[\u00e0-\u00ef][\u0080-\u00bf]{2}|[\u00f0-\u00f4][\u0080-\u00bf]{3}/g;

/** The text of a line that holds one byte in each character. */
function decoded(line: string, encoding: EightBit): string {
  if (!/[\u0080-\u00ff]/.test(line)) return line;
  try {
    return onceEncoded(UTF8.decode(Buffer.from(line, 'latin1')));
  } catch {
    // A damaged character among good UTF-8 does not change how the others are read.
    return encoding === WINDOWS_1252 ? mixed(line) : encoding.decode(line);
  }
}

function mixed(line: string): string {
  const { decode } = WINDOWS_1252;
  let [text, at] = ['', 0];
  for (const { index, 0: letter } of line.matchAll(SEQUENCE)) {
    text += decode(line.slice(at, index)) + Buffer.from(letter, 'latin1').toString('utf8');
    at = index + letter.length;
  }
  return text + decode(line.slice(at));
}

/** Characters of Windows-1252 that are not those of Latin-1, with their bytes. */
const WINDOWS_BYTES = new Map(
  Array.from({ length: 32 }, (_, n) => [
    WINDOWS_1252.decode(String.fromCodePoint(128 + n)),
    String.fromCodePoint(128 + n),
  ]),
);

/** Length of a line, in UTF-16 units, from which on a double encoding is not undone. */
const LONGEST_UNDONE = 100_000;

/** A text whose UTF-8 was taken for Windows-1252 and encoded again (`AlgÃ¨bre`), as it was before; else unchanged. */
function onceEncoded(text: string): string {
  if (text.length > LONGEST_UNDONE || !/[\u00c2\u00c3\u00c5\u00e2\u00f0]/.test(text)) return text;
  const bytes = text.replaceAll(/\P{ASCII}/gu, (char) => WINDOWS_BYTES.get(char) ?? char);
  if (/[\u0100-\uFFFF]/.test(bytes)) return text;
  try {
    return UTF8.decode(Buffer.from(bytes, 'latin1'));
  } catch {
    return text;
  }
}
