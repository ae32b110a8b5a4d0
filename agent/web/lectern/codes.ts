import { randomInt, timingSafeEqual } from 'node:crypto';

/** A code that a tablet is paired with: typed by a person, or read from a QR picture. */
export interface PairingCode {
  /** As `K7M-3PD`. */
  code: string;
  expiresAtMs: number;
}

/** Codes that are shown at the moment. Each is good for one tablet, and for a few minutes. */
export interface PairingCodes {
  make(): PairingCode;
  /** Is it one of them? It is none any more then. Case, spaces and dashes do not count. */
  redeem(code: string): boolean;
}

/** Without those that look alike on a screen at some distance: 0 O, 1 I L, 5 S, 2 Z, 8 B. */
const LETTERS = 'ACDEFGHJKMNPQRTUVWXY34679';
const LENGTH = 6;
const LASTS_MS = 5 * 60_000;
const MOST = 20;
/** So many wrong ones, from wherever, and those that are shown are no longer worth guessing. */
const WRONG_TRIES = 200;

/** `nowMs` is the wall clock: people are told when a code ends. */
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
