import { cleanText } from '#lib/runtime/texts/clean-text.ts';

/**
 * Logical lines of a calendar, from its bytes. Lines are unfolded before they are decoded, since a line may be folded
 * inside a character.
 */

/** An unfolded line, and the number of the physical line where it begins, from 1. */
export interface Line {
  number: number;
  text: string;
}

/**
 * The lines of a file: UTF-8 and UTF-16 (both byte orders), with and without byte order mark; a line that is not UTF-8
 * is read as Windows-1252. Lines end with LF, CRLF, CR or CR CR LF. Empty lines, control characters and invisible
 * characters are left out.
 */
export function* linesOf(bytes: Uint8Array): Generator<Line> {
  const wide = wideEncodingOf(bytes);
  const text = wide ? new TextDecoder(wide).decode(bytes) : asBuffer(bytes).toString('latin1');
  const finish = wide ? (line: string): string => line.toWellFormed() : decoded;
  for (const { number, text: folded } of unfolded(text)) yield { number, text: cleaned(finish(folded)) };
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** A line of printable ASCII, which needs no cleaning. */
const PLAIN = /^[ -~]*$/;

const cleaned = (text: string): string => (PLAIN.test(text) ? text : cleanText(text));

/** Number of bytes at the beginning in which zeros are counted, to recognise UTF-16 without a byte order mark. */
const LOOKED_AT = 512;

function wideEncodingOf(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const zeros = [0, 0];
  const pairs = Math.floor(Math.min(bytes.length, LOOKED_AT) / 2);
  for (let at = 0; at < pairs * 2; at++) if (bytes[at] === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (odd > pairs * 0.6 && even < pairs * 0.2) return 'utf-16le';
  return even > pairs * 0.6 && odd < pairs * 0.2 ? 'utf-16be' : undefined;
}

/** BEGIN or END of a component after blanks: a line of its own, not the continuation of the line before. */
const OWN_LINE = /^[ \t]+(?:BEGIN|END)\s*:\s*V[A-Z]+\s*$/i;

function* unfolded(text: string): Generator<Line> {
  let current: { number: number; pieces: string[] } | undefined;
  for (const { number, text: raw } of physicalLines(text)) {
    if (current && /^[ \t]/.test(raw) && !OWN_LINE.test(raw)) current.pieces.push(raw.slice(1));
    else if (raw.trim() !== '') {
      if (current) yield { number: current.number, text: current.pieces.join('') };
      current = { number, pieces: [raw] };
    }
  }
  if (current) yield { number: current.number, text: current.pieces.join('') };
}

function* physicalLines(text: string): Generator<Line> {
  let [at, number, cr, lf] = [0, 0, -2, -2];
  while (at < text.length) {
    // A line end is searched for again only after the last one was passed, so that the work grows no faster than the
    // text.
    if (cr !== -1 && cr < at) cr = text.indexOf('\r', at);
    if (lf !== -1 && lf < at) lf = text.indexOf('\n', at);
    const end = Math.min(cr === -1 ? text.length : cr, lf === -1 ? text.length : lf);
    yield { number: ++number, text: text.slice(at, end) };
    at = end + 1;
    if (text[end] !== '\r') continue;
    if (text[at] === '\n') at++;
    else if (text[at] === '\r' && text[at + 1] === '\n') at += 2;
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });
const WINDOWS = new TextDecoder('windows-1252');
/** Characters of UTF-8: Latin letters of two bytes, and characters of three or four bytes. */
const SEQUENCE = /[\u00c2\u00c3][\u0080-\u00bf]|[\u00e0-\u00ef][\u0080-\u00bf]{2}|[\u00f0-\u00f4][\u0080-\u00bf]{3}/g;

/** The text of a line that holds one byte in each character. */
function decoded(line: string): string {
  if (!/[\u0080-\u00ff]/.test(line)) return line;
  const bytes = Buffer.from(line, 'latin1');
  try {
    return UTF8.decode(bytes);
  } catch {
    // A damaged character among good UTF-8 does not change how the others are read.
    const isUtf8 = line.match(SEQUENCE) !== null;
    return isUtf8 ? mixed(line) : WINDOWS.decode(bytes);
  }
}

function mixed(line: string): string {
  let [text, at] = ['', 0];
  const windows = (part: string): string => WINDOWS.decode(Buffer.from(part, 'latin1'));
  for (const { index, 0: letter } of line.matchAll(SEQUENCE)) {
    text += windows(line.slice(at, index)) + Buffer.from(letter, 'latin1').toString('utf8');
    at = index + letter.length;
  }
  return text + windows(line.slice(at));
}
