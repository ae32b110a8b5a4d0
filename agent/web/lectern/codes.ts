import { randomInt, timingSafeEqual } from 'node:crypto';

/** A code for pairing a tablet: typed by a person, or read from a QR picture. */
export interface PairingCode {
  /** The code as `K7M-3PD`. */
  code: string;
  expiresAtMs: number;
}

/** The valid codes. Each is for one tablet and for five minutes. */
export interface PairingCodes {
  make(): PairingCode;
  /** Uses up a code; false if it is none of them. Case, spaces and dashes do not count. */
  redeem(code: string): boolean;
}

/** Characters of codes, without those that look alike on a distant screen: 0 O, 1 I L, 5 S, 2 Z, 8 B. */
const LETTERS = 'ACDEFGHJKMNPQRTUVWXY34679';
/** Characters of a code. */
const LENGTH = 6;
/** Time for which a code is valid. */
const LASTS_MS = 5 * 60_000;
/** Codes that are valid at the same time; with a further one the oldest becomes invalid. */
const MOST = 20;
/** Wrong tries, from all addresses together; after them all codes become invalid, so that none can be guessed. */
const WRONG_TRIES = 200;

/** Opens the codes; `nowMs` is the wall clock, since people are told when a code ends. */
export function openPairingCodes(nowMs: () => number): PairingCodes {
  let codes: PairingCode[] = [];
  let wrong = 0;
  const sweep = (): void => void (codes = codes.filter(({ expiresAtMs }) => expiresAtMs > nowMs()));
  return {
    make() {
      sweep();
      const letters = Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('');
      const made = { code: `${letters.slice(0, 3)}-${letters.slice(3)}`, expiresAtMs: nowMs() + LASTS_MS };
      codes = [...codes.slice(-(MOST - 1)), made];
      wrong = 0;
      return made;
    },
    redeem(text) {
      sweep();
      const found = codes.filter(({ code }) => same(code, text));
      codes = codes.filter((code) => !found.includes(code));
      if (found.length === 0 && ++wrong >= WRONG_TRIES) codes = [];
      return found.length > 0;
    },
  };
}

const bare = (code: string): string => code.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');

function same(code: string, text: string): boolean {
  const [a, b] = [Buffer.from(bare(code)), Buffer.from(bare(text).padEnd(LENGTH).slice(0, LENGTH))];
  return bare(text).length === LENGTH && timingSafeEqual(a, b);
}
