import { inEntry } from './mp4-index.ts';

/** Bytes of a visual sample entry before the boxes in it (ISO 14496-12, 12.1.3). */
const VISUAL_BYTES = 78;

/** What `avcC` says (ISO 14496-15, 5.3.3.1). */
export interface AvcConfig {
  /** Bytes of the length before each NAL unit: 1, 2 or 4. */
  lengthBytes: number;
  sps: readonly Buffer[];
  pps: readonly Buffer[];
}

/** Reads the parameter sets of an `avc1` or `avc3` entry; undefined if they are missing or cut off. */
export function avcConfig(entry: Buffer): AvcConfig | undefined {
  const avcC = inEntry(entry, 'avcC', VISUAL_BYTES);
  if (!avcC || avcC.length < 7) return undefined;
  const sps = setsAt(avcC, 5, 0x1f);
  const pps = sps && setsAt(avcC, sps.end, 0xff);
  if (!sps || !pps) return undefined;
  return { lengthBytes: ((avcC[4] ?? 0) & 3) + 1, sps: sps.sets, pps: pps.sets };
}

function setsAt(avcC: Buffer, at: number, mask: number): { sets: Buffer[]; end: number } | undefined {
  if (at >= avcC.length) return undefined;
  const sets: Buffer[] = [];
  let next = at + 1;
  for (let left = avcC[at]! & mask; left > 0; left--) {
    if (next + 2 > avcC.length) return undefined;
    const length = avcC.readUInt16BE(next);
    if (next + 2 + length > avcC.length) return undefined;
    sets.push(avcC.subarray(next + 2, next + 2 + length));
    next += 2 + length;
  }
  return { sets, end: next };
}
