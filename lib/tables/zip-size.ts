import { inflateRawSync } from 'node:zlib';

/** Bytes of all files of a workbook together, unpacked; one with more is refused. A semester has 2 MB. */
const MOST_BYTES = 100 * 1024 * 1024;
const END_SIGN = 0x06054b50;
const ENTRY_SIGN = 0x02014b50;
const END_BYTES = 22;
const LONGEST_COMMENT = 65_535;

/**
 * Unpacks a ZIP to check that it can be unpacked and is not too large, whatever sizes it claims; gives what is wrong,
 * in words, or undefined.
 */
export function checkZip(bytes: Uint8Array): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endOf(view);
  if (end === undefined) return 'the workbook is cut off or damaged';
  let [at, left] = [view.getUint32(end + 16, true), MOST_BYTES];
  try {
    for (let n = view.getUint16(end + 10, true); n > 0; n--) {
      if (view.getUint32(at, true) !== ENTRY_SIGN) return 'the workbook is damaged';
      left -= unpackedBytes(bytes, view, at, left);
      at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    }
  } catch (error) {
    const isLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    return isLarge ? `the workbook is larger than ${MOST_BYTES / 1024 / 1024} MB unpacked` : 'the workbook is damaged';
  }
  return undefined;
}

/** Place of the record at the end of a ZIP, before its comment; undefined if there is none. */
function endOf(view: DataView): number | undefined {
  const first = Math.max(0, view.byteLength - END_BYTES - LONGEST_COMMENT);
  for (let at = view.byteLength - END_BYTES; at >= first; at--) if (view.getUint32(at, true) === END_SIGN) return at;
  return undefined;
}

function unpackedBytes(bytes: Uint8Array, view: DataView, entry: number, left: number): number {
  const [method, packed, local] = [entry + 10, entry + 20, entry + 42].map((at, n) =>
    n === 0 ? view.getUint16(at, true) : view.getUint32(at, true),
  ) as [number, number, number];
  if (method === 0) return packed;
  const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  return inflateRawSync(bytes.subarray(start, start + packed), { maxOutputLength: Math.max(1, left) }).length;
}
