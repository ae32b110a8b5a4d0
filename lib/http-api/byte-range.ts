/** The first and the last byte to send. */
export interface ByteRange {
  first: number;
  last: number;
}

/**
 * The part that a `Range` header asks for of `size` bytes (RFC 9110, 14.1.2 and 14.2). Undefined means the whole file:
 * also for other units, several ranges, and text that cannot be read.
 */
export function byteRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | undefined {
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(header?.replaceAll(/\s/g, '') ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  if (from === '') {
    const count = Math.min(Number(to), size);
    return count === 0 ? 'unsatisfiable' : { first: size - count, last: size - 1 };
  }
  const [first, last] = [Number(from), to === '' ? size - 1 : Math.min(Number(to), size - 1)];
  if (to !== '' && Number(to) < first) return undefined;
  return first >= size ? 'unsatisfiable' : { first, last };
}

/** The version of a file. */
export interface FileVersion {
  etag: string;
  modifiedAtMs: number;
}

/**
 * Whether a part can be joined to what the client has (`If-Range`, RFC 9110, 13.1.5); only strong tags and exact dates
 * prove it.
 */
export function isSameVersion(ifRange: string | undefined, { etag, modifiedAtMs }: FileVersion): boolean {
  if (ifRange === undefined) return true;
  if (ifRange.startsWith('"') || ifRange.startsWith('W/')) return ifRange === etag && !etag.startsWith('W/');
  return Date.parse(ifRange) === Math.floor(modifiedAtMs / 1000) * 1000;
}

/** Whether the client has this version (`If-None-Match`, else `If-Modified-Since`). */
export function isKnown(
  ifNoneMatch: string | undefined,
  ifModifiedSince: string | undefined,
  { etag, modifiedAtMs }: FileVersion,
): boolean {
  if (ifNoneMatch !== undefined) {
    const plain = (tag: string): string => tag.trim().replace(/^W\//, '');
    return ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((tag) => plain(tag) === plain(etag));
  }
  return ifModifiedSince !== undefined && Date.parse(ifModifiedSince) >= Math.floor(modifiedAtMs / 1000) * 1000;
}
