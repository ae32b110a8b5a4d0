import { cleanText } from '#lib/runtime/texts/clean-text.ts';

/** From bytes to the logical lines of a calendar. Unfolding comes before decoding: lines may be folded within a letter. */

/** An unfolded line, and the number of the physical one where it begins, from 1. */
export interface Line {
  number: number;
  text: string;
}

/**
 * The lines of a file: UTF-8 with and without byte order mark, UTF-16 of either order with and without, Windows-1252 where a
 * line is no UTF-8. Lines end with LF, CRLF, CR or CR CR LF; empty ones, controls and invisible signs are left out.
 */
export function* linesOf(bytes: Uint8Array): Generator<Line> {
  const wide = wideEncodingOf(bytes);
  const text = wide ? new TextDecoder(wide).decode(bytes) : asBuffer(bytes).toString('latin1');
  const finish = wide ? (line: string): string => line.toWellFormed() : decoded;
  for (const { number, text: folded } of unfolded(text)) yield { number, text: cleaned(finish(folded)) };
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** What most lines are made of, which needs no cleaning. */
const PLAIN = /^[ -~]*$/;

const cleaned = (text: string): string => (PLAIN.test(text) ? text : cleanText(text));

/** So many bytes at the beginning show whether every second one is zero. */
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

/** A component that begins or ends behind blanks is no continuation. */
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
    // Looked for again only behind what was found: the whole takes as long as the text.
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
/** Letters of UTF-8 with two bytes of Latin, or with three or four. */
const SEQUENCE = /[\u00c2\u00c3][\u0080-\u00bf]|[\u00e0-\u00ef][\u0080-\u00bf]{2}|[\u00f0-\u00f4][\u0080-\u00bf]{3}/g;

/** The text of a line whose letters are bytes. */
function decoded(line: string): string {
  if (!/[\u0080-\u00ff]/.test(line)) return line;
  const bytes = Buffer.from(line, 'latin1');
  try {
    return UTF8.decode(bytes);
  } catch {
    // A torn letter among good ones spoils no other.
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
