import { cleanText } from '#lib/runtime/texts/clean-text.ts';
import { fileTextOf } from '#lib/runtime/texts/file-text.ts';

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
 * The lines of a file in any encoding that `fileTextOf` reads; `tell` is called if it was recognised by the words alone.
 * Lines end with LF, CRLF, CR or CR CR LF. Empty lines, control characters and invisible characters are left out.
 */
export function* linesOf(bytes: Uint8Array, tell?: (encoding: string) => void): Generator<Line> {
  const { raw, decode, guess } = fileTextOf(bytes);
  if (guess !== undefined) tell?.(guess);
  for (const { number, text: folded } of unfolded(raw)) yield { number, text: cleaned(decode(folded)) };
}

/** A line of printable ASCII, which needs no cleaning. */
const PLAIN = /^[ -~]*$/;
/** Length of a line with letters beyond ASCII, in UTF-16 units; what is beyond is cut off: no description is as long. */
const LONGEST_TEXT = 100_000;

const cleaned = (text: string): string => (PLAIN.test(text) ? text : cleanText(text.slice(0, LONGEST_TEXT)));

/** BEGIN or END of a component after blanks: a line of its own, not the continuation of the line before. */
const OWN_LINE = /^[ \t]+(?:BEGIN|END)\s*:\s*V[A-Z]+\s*$/i;
/** A whole BEGIN or END, which nothing continues. */
const WHOLE_LINE = /^\s*(?:BEGIN|END)\s*:\s*(?:V[A-Z]{4,}|STANDARD|DAYLIGHT)\s*$/i;
/** A property after blanks, in a file that is indented by its components. */
const INDENTED = /^([ \t]+)[A-Z][A-Z-]{2,}[;:]/i;

function* unfolded(text: string): Generator<Line> {
  let current: { number: number; pieces: string[] } | undefined;
  /** Blanks before each line of the component, if the file is indented; a line with more of them continues another. */
  let indent: string | undefined;
  const isOwn = (raw: string, { pieces }: { pieces: string[] }): boolean => {
    if (OWN_LINE.test(raw)) return true;
    const blanks = INDENTED.exec(raw)?.[1];
    if (blanks !== undefined && pieces.length === 1 && WHOLE_LINE.test(pieces[0] ?? '')) indent = blanks;
    return blanks !== undefined && blanks === indent;
  };
  for (const { number, text: raw } of physicalLines(text)) {
    if (!/^[ \t]/.test(raw)) indent = undefined;
    if (current && /^[ \t]/.test(raw) && !isOwn(raw, current)) current.pieces.push(raw.slice(1));
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
