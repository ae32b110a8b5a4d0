import { percentDecoded } from '@amphi/lib/runtime/texts/percent.ts';

/** Names of files as browsers, recorders and mailers send them. */

const ENCODED_WORD = /=\?([\w-]+)\?([bq])\?([^?\s]*)\?=(?:\s+(?==\?))?/gi;

/** A file's name as a form has it: words of RFC 2047 are decoded, which some programs send; anything else stays. */
export const fileNameIn = (text: string | undefined): string =>
  (text ?? '').replaceAll(ENCODED_WORD, (whole, charset: string, kind: string, word: string) =>
    inCharset(charset, kind.toLowerCase() === 'b' ? Buffer.from(word, 'base64') : quoted(word), whole),
  );

const quoted = (word: string): Buffer =>
  Buffer.from(
    word
      .replaceAll('_', ' ')
      .replaceAll(/=([\da-f]{2})/gi, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16))),
    'latin1',
  );

function inCharset(charset: string, bytes: Uint8Array, otherwise: string): string {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return otherwise;
  }
}

/**
 * The name that a `Content-Disposition` gives; `filename*` counts more than `filename` (RFC 6266). Header values are Latin-1, or
 * UTF-8 in disguise. Undefined: it gives none.
 */
export function dispositionName(header: string | undefined): string | undefined {
  const [, charset = '', encoded] = /;\s*filename\*\s*=\s*"?([\w-]*)'[^']*'([^;"\s]+)/i.exec(header ?? '') ?? [];
  if (encoded !== undefined) return inCharset(charset || 'utf-8', percentBytes(encoded), percentDecoded(encoded));
  const [, inQuotes, bare] = /;\s*filename\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^;\s]+))/i.exec(header ?? '') ?? [];
  const name = inQuotes?.replaceAll(/\\(.)/g, '$1') ?? bare;
  if (name === undefined) return undefined;
  return fileNameIn(inCharset('utf-8', Buffer.from(name, 'latin1'), name));
}

const percentBytes = (text: string): Buffer =>
  Buffer.from(
    text.replaceAll(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16))),
    'latin1',
  );
