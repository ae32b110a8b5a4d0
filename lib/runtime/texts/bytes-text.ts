/** Decodes texts of other programs, which name their encoding in many ways, wrongly, or not at all. */

const UTF8 = new TextDecoder('utf-8', { fatal: true });
/** Number of bytes at the beginning of a document in which its declaration is looked for. */
const DECLARATION_BYTES = 200;
const DECLARED = /^<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]{1,40})["']/i;

/**
 * Decodes bytes: by their byte order mark; as UTF-8 if they are valid UTF-8, whatever they declare (many programs
 * rewrite a text and keep the old declaration); by the declared encoding (`charset`, or an XML declaration); else as
 * Windows-1252, which is Latin-1 with more letters. The mark is removed. Never throws.
 */
export function textOfBytes(bytes: Uint8Array, charset?: string): string {
  const marked = markOf(bytes);
  if (marked) return new TextDecoder(marked).decode(bytes);
  const wide = /^(utf-?16|ucs-?2)/i.test(charset ?? '') ? decoderOf(charset ?? '') : undefined;
  if (wide) return wide.decode(bytes);
  try {
    return UTF8.decode(bytes);
  } catch {
    const decoder = decoderOf(charset ?? '') ?? decoderOf(declaredIn(bytes) ?? '') ?? new TextDecoder('windows-1252');
    return decoder.decode(bytes);
  }
}

/** An XML document that declares UTF-8, for a text that will be written in it. */
export const declaredUtf8 = (document: string): string =>
  document.replace(DECLARED, (whole, encoding: string) =>
    /^utf-?8$/i.test(encoding) ? whole : whole.replace(encoding, () => 'UTF-8'),
  );

/** An encoding with two bytes for most characters. */
export type Utf16 = 'utf-16le' | 'utf-16be';

/** The UTF-16 encoding that a byte order mark says; undefined without one. */
export function byteOrderOf([first, second]: Uint8Array): Utf16 | undefined {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : undefined;
}

/** The UTF-16 encoding that the first bytes show: by a mark, or by the first letters of XML. */
function markOf(bytes: Uint8Array): Utf16 | undefined {
  const [first, second] = bytes;
  const marked = byteOrderOf(bytes);
  if (marked) return marked;
  if (first === 0x3c && second === 0) return 'utf-16le';
  return first === 0 && second === 0x3c ? 'utf-16be' : undefined;
}

const declaredIn = (bytes: Uint8Array): string | undefined =>
  DECLARED.exec(new TextDecoder('latin1').decode(bytes.subarray(0, DECLARATION_BYTES)))?.[1];

/**
 * A decoder for a declared encoding; undefined if the name is unknown, or if it is UTF-8, which was tried before.
 * Latin-1 is read as Windows-1252, as browsers do.
 */
function decoderOf(charset: string): InstanceType<typeof TextDecoder> | undefined {
  if (charset === '' || /^utf-?8$/i.test(charset)) return undefined;
  try {
    return new TextDecoder(charset);
  } catch {
    return undefined;
  }
}
