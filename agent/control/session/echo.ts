const [BACKSPACE, TAB, LF, CR, ESC_FROM, DELETE] = [8, 9, 10, 13, 32, 127];
/** Bytes that remove the last character from a terminal's screen. */
const WIPE = Buffer.from('\b \b');

/**
 * Number of characters of a line that can be removed again; beyond it they cannot, since no person types such a line.
 */
const LONGEST_LINE = 8192;

/**
 * Makes the echo of typed bytes on a terminal: ESC as `^[`, a line end as CR LF (facts/smp351 1.4); backspace and DEL wipe
 * the last character of the line.
 */
export function openEcho(): (typed: Buffer) => Buffer {
  /** Columns that each character of the line takes on the screen. */
  let columns: number[] = [];
  return (typed) => {
    const shown: number[] = [];
    for (const byte of typed) {
      if (byte === CR || byte === LF) {
        shown.push(CR, LF);
        columns = [];
      } else if (byte === BACKSPACE || byte === DELETE) {
        for (let column = columns.pop() ?? 0; column > 0; column--) shown.push(...WIPE);
      } else if (byte < ESC_FROM && byte !== TAB) {
        shown.push(0x5e, byte ^ 64);
        columns.push(2);
      } else {
        shown.push(byte);
        // Bytes after the first one of a UTF-8 character take no column.
        if (byte >> 6 !== 2) columns.push(1);
      }
      if (columns.length > LONGEST_LINE) columns = [];
    }
    return Buffer.from(shown);
  };
}

/** Text as a terminal's output shows it: CR LF becomes CR CR LF (facts/smp351 1.4). */
export const throughTerminal = (text: string): string => text.replaceAll('\n', '\r\n');
