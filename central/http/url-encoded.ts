import { textOfBytes } from '@amphi/lib/runtime/texts/bytes-text.ts';

/** Pairs such as `a=1&b=%C3%A9`, as in forms and queries. */

/** Pairs of one text; one with more is refused. */
const MOST_PAIRS = 10_000;
const [AND, EQUALS, PLUS, BLANK, PERCENT] = [0x26, 0x3d, 0x2b, 0x20, 0x25];

/**
 * Pairs in a text of bytes, in their order. Characters may be UTF-8 or, as older programs send them, in `charset` or
 * Latin-1, escaped or not. Undefined: there are too many pairs.
 */
export function pairsOf(bytes: Buffer, charset?: string): [string, string][] | undefined {
  const pairs: [string, string][] = [];
  for (let at = 0; at < bytes.length;) {
    const found = bytes.indexOf(AND, at);
    const part = bytes.subarray(at, found < 0 ? bytes.length : found);
    at += part.length + 1;
    if (part.length === 0) continue;
    if (pairs.length >= MOST_PAIRS) return undefined;
    const equals = part.indexOf(EQUALS);
    const name = equals < 0 ? part : part.subarray(0, equals);
    const value = equals < 0 ? '' : unescaped(part.subarray(equals + 1), charset);
    pairs.push([unescaped(name, charset), value]);
  }
  return pairs;
}

function unescaped(bytes: Buffer, charset: string | undefined): string {
  const plain = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    const [high, low] = byte === PERCENT ? [hexOf(bytes[at + 1]), hexOf(bytes[at + 2])] : [-1, -1];
    const isEscaped = high >= 0 && low >= 0;
    plain[length++] = isEscaped ? high * 16 + low : byte === PLUS ? BLANK : byte;
    if (isEscaped) at += 2;
  }
  return textOfBytes(plain.subarray(0, length), charset);
}

/** Value of a hexadecimal digit; -1 for any other byte. */
function hexOf(byte = 0): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
