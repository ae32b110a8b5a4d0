/** Texts of other programs, which say in many ways, or not at all, how their letters became bytes. */

const UTF8 = new TextDecoder('utf-8', { fatal: true });
/** Characters at the beginning of a document in which its declaration is looked for. */
const DECLARATION_BYTES = 200;
const DECLARED = /^<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]{1,40})["']/i;

/**
 * The text of bytes: by its byte order mark, as UTF-8 where it is good UTF-8 (whatever it says: many programs write a text anew and
 * leave what it said), else as it says itself (`charset`, or the declaration of an XML document), else as Windows-1252, which is
 * Latin-1 with more letters. Without its mark. Never throws.
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

/** An XML document as a text that will be written as UTF-8: what it says of its encoding is put right. */
export const declaredUtf8 = (document: string): string =>
  document.replace(DECLARED, (whole, encoding: string) =>
    /^utf-?8$/i.test(encoding) ? whole : whole.replace(encoding, () => 'UTF-8'),
  );

/** UTF-16 with its mark; with the first letters of XML, also without. */
function markOf(bytes: Uint8Array): string | undefined {
  const [first, second] = [bytes[0], bytes[1]];
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first === 0x3c && second === 0) return 'utf-16le';
  return first === 0 && second === 0x3c ? 'utf-16be' : undefined;
}

const declaredIn = (bytes: Uint8Array): string | undefined =>
  DECLARED.exec(new TextDecoder('latin1').decode(bytes.subarray(0, DECLARATION_BYTES)))?.[1];

/** Undefined for what nobody knows. Latin-1 is read as Windows-1252, as browsers do. UTF-8 that is none is none. */
function decoderOf(charset: string): InstanceType<typeof TextDecoder> | undefined {
  if (charset === '' || /^utf-?8$/i.test(charset)) return undefined;
  try {
    return new TextDecoder(charset);
  } catch {
    return undefined;
  }
}
