import { textOfBytes } from '@amphi/lib/runtime/texts/bytes-text.ts';
import { percentDecoded } from '@amphi/lib/runtime/texts/percent.ts';

/** Names of files, as browsers, recorders and mail programs encode them. */

const ENCODED_WORD = /=\?([\w-]+)\?([bq])\?([^?\s]*)\?=(?:\s+(?==\?))?/gi;

/**
 * File name without its encoding: words of RFC 2047, and UTF-8 in percent signs as some programs send it; anything else
 * stays.
 */
function decodedName(text: string): string {
  const words = text.replaceAll(ENCODED_WORD, (whole, charset: string, kind: string, word: string) =>
    inCharset(charset, kind.toLowerCase() === 'b' ? Buffer.from(word, 'base64') : quoted(word), whole),
  );
  // Percent signs are decoded only where they stand for letters beyond ASCII, or for characters that browsers encode in
  // names: `50%25.mp4` may be a real name.
  return /%(?:[c-f][\da-f]%[89ab][\da-f]|22|0[ad])/i.test(words) ? percentDecoded(words) : words;
}

const quoted = (word: string): Buffer => percentBytes(word.replaceAll('_', ' '), /=([\da-f]{2})/gi);

function inCharset(charset: string, bytes: Uint8Array, otherwise: string): string {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return otherwise;
  }
}

/** Parameters of a `Content-Disposition` that are read; further ones are ignored. */
const MOST_PARAMETERS = 50;
const PARAMETER = /;\s*([\w!#$&+.^`|~-]+)(\*(?:\d{1,2}\*?)?)?\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^;]*))/g;

/**
 * Parameters of a `Content-Disposition` whose characters are bytes (Latin-1, as Node gives headers), by their names in
 * small letters: `name="…"`; `name*=UTF-8''…`, which has priority (RFC 5987); and the pieces of RFC 2231, `name*0*=…;
 * name*1=…`. Letters beyond ASCII are UTF-8 or Latin-1.
 */
export function dispositionParameters(header: string): ReadonlyMap<string, string> {
  const pieces = new Map<string, { mark: string; text: string }[]>();
  for (const [, name = '', mark = '', inQuotes, bare] of [...header.matchAll(PARAMETER)].slice(0, MOST_PARAMETERS)) {
    const text = inQuotes === undefined ? (bare ?? '').trim() : unquoted(inQuotes);
    const key = name.toLowerCase();
    pieces.set(key, [...(pieces.get(key) ?? []), { mark, text }]);
  }
  return new Map([...pieces].map(([name, all]) => [name, valueOf(all)]));
}

/** Quoted text without its escapes; other backslashes stay, as in `C:\Users\film.mp4`. */
const unquoted = (text: string): string => text.replaceAll(/\\(["\\])/g, (_, sign: string) => sign);

function valueOf(pieces: readonly { mark: string; text: string }[]): string {
  const extended = pieces.find(({ mark }) => mark === '*');
  if (extended) return extendedText(extended.text);
  const plain = pieces.find(({ mark }) => mark === '');
  if (plain) return decodedName(textOfBytes(Buffer.from(plain.text, 'latin1')));
  const inOrder = pieces.toSorted((one, other) => numberOf(one.mark) - numberOf(other.mark));
  const charset = inOrder[0]?.mark.endsWith('*') ? charsetIn(inOrder[0].text) : undefined;
  const bytes = inOrder.map(({ mark, text }, n) => {
    if (!mark.endsWith('*')) return Buffer.from(text, 'latin1');
    return percentBytes(n === 0 ? valueIn(text) : text);
  });
  return textOfBytes(Buffer.concat(bytes), charset);
}

const numberOf = (mark: string): number => Number(/\d+/.exec(mark)?.[0] ?? 0);

/** Text of an extended value: `UTF-8'fr'%C3%A9t%C3%A9` is `été`. */
const extendedText = (text: string): string => textOfBytes(percentBytes(valueIn(text)), charsetIn(text));
const charsetIn = (text: string): string | undefined => /^([\w.:-]*)'[^']*'/.exec(text)?.[1] || undefined;
const valueIn = (text: string): string => text.replace(/^[\w.:-]*'[^']*'/, '');

function percentBytes(text: string, escape = /%([\da-f]{2})/gi): Buffer {
  return Buffer.from(
    text.replaceAll(escape, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16))),
    'latin1',
  );
}

/** File name in a `Content-Disposition`, whose characters are bytes. Undefined: it has none. */
export const dispositionName = (header: string | undefined): string | undefined =>
  dispositionParameters(`;${header ?? ''}`).get('filename');
