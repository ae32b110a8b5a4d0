import { parseFrame } from './parse.ts';
import type { Frame, Protocol } from './protocol.ts';

/** Cuts the bytes of one session into frames; made by `openFramer`. */
export interface Framer {
  /**
   * Takes the next bytes, which may end anywhere, and gives the frames that are complete now, in order. Never throws.
   */
  push(bytes: Uint8Array): Frame[];
}

/** Length of a command in bytes, so that a client cannot fill the memory. A longer one is dropped up to its end. */
export const longestCommandBytes = 4096;

/**
 * Number of beginnings of an escape command that are tried in the text after an unknown word; further ones are ignored.
 */
const MOST_BEGINNINGS = 16;

const [NUL, BACKSPACE, LF, CR, ESC, SPACE, STAR] = [0, 8, 10, 13, 27, 32, 42];
const [PIPE, W, w, DELETE] = [124, 87, 119, 127];
const isLetterW = (byte: number) => byte === W || byte === w;
const isPrintable = (byte: number) => byte > SPACE && byte < DELETE;
const isEnd = (byte: number) => byte === CR || byte === LF || byte === PIPE;
const isDigit = (byte: number) => (byte >= 48 && byte <= 57) || byte === STAR;

const utf8 = new TextDecoder('utf-8', { fatal: true });
const latin1 = new TextDecoder('latin1');

/** The text of a command: UTF-8, or Latin-1 if the bytes are no UTF-8, since old controllers send Latin-1. */
function decoded(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return latin1.decode(bytes);
  }
}

/** The last characters of immediate commands, and those that are a command on their own: `Q`, `I`, `%`. */
function finalsOf(protocol: Protocol): { finals: ReadonlySet<number>; alone: ReadonlySet<number> } {
  const bothCases = (text: string) => [text, text.toLowerCase()].map((letter) => letter.charCodeAt(0));
  const alone = [...protocol.finals].filter(([, forms]) => forms.some((form) => form.template.length === 1));
  return {
    finals: new Set([...protocol.finals.keys()].flatMap(bothCases)),
    alone: new Set(alone.flatMap(([final]) => bothCases(final))),
  };
}

type Mode = 'between' | 'immediate' | 'escape' | 'skip noise' | 'skip letters' | 'skip line' | 'skip all';

/**
 * Cuts a byte stream into commands (facts/smp351 1.7). An escape command begins with ESC, W or w and ends with CR, LF
 * or `|`; an immediate command ends with its last character. Between commands, line ends, spaces and NUL are ignored.
 * An unknown word is skipped up to the end of its line and gives one E10, but a known command in the rest of the line
 * is carried out: noise of a serial line must not swallow it. Bytes that are no text are skipped alone. If a letter is
 * wrong after digits (`3CV` without its ESC), only the letters are skipped, since the next command may follow without a
 * line end. An ESC ends all of that. Backspace and DEL take back the last character of an unfinished command. If a
 * command is longer than `longestCommandBytes`, everything up to the next line end or `|` is skipped.
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
    const frame: Frame = { kind: 'command', escape: mode === 'escape', text: decoded(held.subarray(0, length)) };
    const isUnknown = frame.escape && isNoCommand(frame);
    frames.push(isUnknown ? { kind: 'noise', because: 'unknown' } : frame);
    if (isUnknown) knownIn(held.subarray(0, length));
    length = 0;
    mode = 'between';
  };
  const hold = (byte: number, as: Mode) => {
    mode = as;
    if (length === held.length) noise('too long', 'skip all');
    else held[length++] = byte;
  };

  /** An ESC always begins a new command. An unfinished command before it is answered with E10. */
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
    else if (!isEnd(byte) && byte !== SPACE && byte !== NUL)
      noise('unknown', isPrintable(byte) ? 'skip line' : 'skip noise');
  };

  /** Removes the last character; one of several bytes as a whole. */
  const takeBack = () => {
    while (length > 0 && (held[length - 1] ?? 0) >> 6 === 2) length--;
    if (length > 0) length--;
    else if (mode === 'escape') mode = 'between';
    if (mode === 'immediate' && length === 0) mode = 'between';
  };

  /** Reads the rest of a line that began with an unknown word: from a W on, the bytes may be a known command. */
  const inRest = (byte: number) => {
    if (isEnd(byte)) {
      knownIn(held.subarray(0, length));
      length = 0;
      mode = 'between';
    } else if (length > 0 || isLetterW(byte)) {
      if (length < held.length) held[length++] = byte;
    } else if (byte !== SPACE && !isPrintable(byte)) mode = 'skip noise';
  };
  const isNoCommand = (frame: Frame): boolean => {
    const parsed = parseFrame(protocol, frame);
    return !parsed.ok && parsed.code === 'E10';
  };
  const knownIn = (rest: Uint8Array) => {
    let tried = 0;
    for (let at = 0; at < rest.length && tried < MOST_BEGINNINGS; at++) {
      if (!isLetterW(rest[at] ?? 0)) continue;
      tried++;
      const frame: Frame = { kind: 'command', escape: true, text: decoded(rest.subarray(at + 1)) };
      if (parseFrame(protocol, frame).ok) return void frames.push(frame);
    }
  };

  const take = (byte: number) => {
    const isBeginning = isDigit(byte) || alone.has(byte) || isLetterW(byte);
    if ((mode === 'skip letters' || mode === 'skip noise') && isBeginning) mode = 'between';
    else if (mode === 'skip noise' && isPrintable(byte)) mode = 'skip line';
    if (mode === 'skip line' && byte !== ESC) return inRest(byte);
    if (mode === 'skip all' || mode === 'skip line' || mode === 'skip noise' || mode === 'skip letters') {
      if (isEnd(byte)) mode = 'between';
      else if (byte === ESC && mode !== 'skip all') {
        length = 0;
        mode = 'escape';
      }
    } else if (byte === BACKSPACE || byte === DELETE) takeBack();
    else if (byte === ESC) begin();
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
