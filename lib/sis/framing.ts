import type { Protocol } from './protocol.ts';

/** A command cut out of the stream, or noise that is answered with E10. */
export type Frame =
  | { readonly kind: 'command'; readonly escape: boolean; readonly text: string }
  | { readonly kind: 'noise'; readonly because: 'unknown' | 'cut off' | 'too long' };

export interface Framer {
  /** Takes the next bytes, cut wherever; gives the frames that are complete now, in order. Never throws. */
  push(bytes: Uint8Array): Frame[];
}

/** What has no end after so many bytes is thrown away. */
export const longestCommandBytes = 4096;

const [NUL, LF, CR, ESC, SPACE, STAR, PIPE, W, w] = [0, 10, 13, 27, 32, 42, 124, 87, 119];
const isEnd = (byte: number) => byte === CR || byte === LF || byte === PIPE;
const isDigit = (byte: number) => (byte >= 48 && byte <= 57) || byte === STAR;

const utf8 = new TextDecoder('utf-8', { fatal: true });
const latin1 = new TextDecoder('latin1');

/** UTF-8; what is none comes from an old controller and is read as Latin-1. */
function decoded(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return latin1.decode(bytes);
  }
}

/** The characters immediate commands end with, and those that are a command alone: `Q`, `I`, `%`… */
function finalsOf(protocol: Protocol): { finals: ReadonlySet<number>; alone: ReadonlySet<number> } {
  const bothCases = (text: string) => [text, text.toLowerCase()].map((letter) => letter.charCodeAt(0));
  const alone = [...protocol.finals].filter(([, forms]) => forms.some((form) => form.template.length === 1));
  return {
    finals: new Set([...protocol.finals.keys()].flatMap(bothCases)),
    alone: new Set(alone.flatMap(([final]) => bothCases(final))),
  };
}

type Mode = 'between' | 'immediate' | 'escape' | 'skip letters' | 'skip line' | 'skip all';

/**
 * Cuts a byte stream into commands (facts/smp351 1.7). An escape command begins with ESC, W or w and ends with CR, LF or `|`;
 * an immediate one is done at its last character. Ends between commands, spaces and NUL mean nothing.
 * A word that is no command is skipped with the rest of its line, so that rubbish is one E10; of a number with a wrong
 * letter (`3CV` without its ESC) only the letters are, since what follows needs no line end; an ESC ends both. Of what is
 * longer than `longestCommandBytes` everything is skipped up to the next end.
 */
export function openFramer(protocol: Protocol): Framer {
  const { finals, alone } = finalsOf(protocol);
  const held = new Uint8Array(longestCommandBytes);
  let length = 0;
  let mode: Mode = 'between';
  let frames: Frame[] = [];

  const noise = (because: 'unknown' | 'cut off' | 'too long', next: Mode) => {
    frames.push({ kind: 'noise', because });
    length = 0;
    mode = next;
  };
  const done = () => {
    frames.push({ kind: 'command', escape: mode === 'escape', text: decoded(held.subarray(0, length)) });
    length = 0;
    mode = 'between';
  };
  const hold = (byte: number, as: Mode) => {
    mode = as;
    if (length === held.length) noise('too long', 'skip all');
    else held[length++] = byte;
  };

  /** An ESC always begins anew; what it cuts off is answered, unless it was empty. */
  const begin = () => {
    if (length > 0) noise('cut off', 'escape');
    mode = 'escape';
  };

  const between = (byte: number) => {
    if (isDigit(byte)) return hold(byte, 'immediate');
    if (finals.has(byte) && (length > 0 || alone.has(byte))) {
      hold(byte, 'immediate');
      return mode === 'immediate' ? done() : undefined;
    }
    if (length > 0) return noise('unknown', isEnd(byte) ? 'between' : 'skip letters');
    if (byte === W || byte === w) mode = 'escape';
    else if (!isEnd(byte) && byte !== SPACE && byte !== NUL) noise('unknown', 'skip line');
  };

  const take = (byte: number) => {
    if (mode === 'skip letters' && (isDigit(byte) || alone.has(byte) || byte === W || byte === w)) mode = 'between';
    if (mode === 'skip all' || mode === 'skip line' || mode === 'skip letters') {
      if (isEnd(byte)) mode = 'between';
      else if (byte === ESC && mode !== 'skip all') mode = 'escape';
    } else if (byte === ESC) begin();
    else if (mode !== 'escape') between(byte);
    else if (isEnd(byte)) done();
    else hold(byte, 'escape');
  };

  return {
    push(bytes) {
      frames = [];
      for (const byte of bytes) take(byte);
      return frames;
    },
  };
}
