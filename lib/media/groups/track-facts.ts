import { childrenOf } from '../mp4-scan.ts';

/** A track as its `trak` box describes it, without its samples. */
export interface TrackFacts {
  id: number;
  kind: 'video' | 'audio' | 'other';
  /** Units of its times in a second. */
  timescale: number;
  /** Codec by its four letters: `avc1`, `mp4a`; '' if it is not stated. */
  codec: string;
  /** The whole sample entry, of which its format is read; there are `entries` of them. */
  entry: Buffer;
  entries: number;
  /** What is added to a time of its media to get the time at which it is shown, in its time scale. */
  shift: number;
  /** The reason, in words, why its times cannot be taken as they are; undefined: they can. */
  oddTimes: string | undefined;
  /** Whether it is to be shown turned or mirrored. */
  isTurned: boolean;
  /** Content of `stbl`. */
  stbl: Buffer;
}

const HANDLERS: Readonly<Record<string, TrackFacts['kind']>> = { vide: 'video', soun: 'audio' };
const PLAIN_MATRIX = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];

/** Reads the content of a `trak` box; undefined if it misses what every track has. */
export function trackFacts(trak: Buffer, movieTimescale: number): TrackFacts | undefined {
  const boxes = childrenOf(trak);
  const media = childrenOf(boxes.get('mdia') ?? EMPTY);
  const [tkhd, mdhd, hdlr] = [boxes.get('tkhd'), media.get('mdhd'), media.get('hdlr')];
  const stbl = childrenOf(media.get('minf') ?? EMPTY).get('stbl');
  const timescale = timescaleIn(mdhd);
  if (!tkhd || tkhd.length < 84 || !hdlr || hdlr.length < 12 || !stbl || timescale === 0) return undefined;
  const isLong = tkhd[0] === 1;
  const stsd = childrenOf(stbl).get('stsd') ?? EMPTY;
  const entry = entryIn(stsd);
  const handler = hdlr.toString('latin1', 8, 12);
  const times = editsIn(childrenOf(boxes.get('edts') ?? EMPTY).get('elst'), timescale, movieTimescale);
  return {
    id: tkhd.readUInt32BE(isLong ? 20 : 12),
    kind: Object.hasOwn(HANDLERS, handler) ? HANDLERS[handler]! : 'other',
    timescale,
    codec: entry.length >= 8 ? entry.toString('latin1', 4, 8) : '',
    entry,
    entries: stsd.length >= 8 ? stsd.readUInt32BE(4) : 0,
    ...times,
    isTurned: PLAIN_MATRIX.some((value, at) => tkhd.readUInt32BE((isLong ? 52 : 40) + at * 4) !== value),
    stbl,
  };
}

const EMPTY = Buffer.alloc(0);

/** Time scale of `mdhd` or `mvhd`, which have it in the same place; 0 if it is missing. */
export function timescaleIn(header: Buffer | undefined): number {
  const at = header?.[0] === 1 ? 20 : 12;
  return header && header.length >= at + 4 ? header.readUInt32BE(at) : 0;
}

/** The first sample entry of `stsd`, with its own header; empty if it is cut off. */
function entryIn(stsd: Buffer): Buffer {
  if (stsd.length < 16) return EMPTY;
  const size = stsd.readUInt32BE(8);
  return size >= 8 && 8 + size <= stsd.length ? stsd.subarray(8, 8 + size) : EMPTY;
}

/** Entries of an edit list that are looked at. */
const MOST_EDITS = 64;

/** Reads `elst` (ISO 14496-12, 8.6.6): delays, then one part of the media. Another list has odd times. */
function editsIn(
  elst: Buffer | undefined,
  timescale: number,
  movieTimescale: number,
): Pick<TrackFacts, 'shift' | 'oddTimes'> {
  if (!elst || elst.length < 8) return { shift: 0, oddTimes: undefined };
  const isLong = elst[0] === 1;
  const stride = isLong ? 20 : 12;
  const count = Math.min(elst.readUInt32BE(4), MOST_EDITS, Math.floor((elst.length - 8) / stride));
  let delay = 0;
  let begins: number | undefined;
  for (let index = 0; index < count; index++) {
    const at = 8 + index * stride;
    const duration = isLong ? Number(elst.readBigUInt64BE(at)) : elst.readUInt32BE(at);
    const mediaTime = isLong ? Number(elst.readBigInt64BE(at + 8)) : elst.readInt32BE(at + 4);
    const rate = elst.readUInt32BE(at + stride - 4);
    if (mediaTime !== -1 && rate !== 0x1_0000) return { shift: 0, oddTimes: 'its edit list changes the speed' };
    if (begins !== undefined) return { shift: 0, oddTimes: 'its edit list has several parts' };
    if (mediaTime === -1) delay += duration;
    else begins = mediaTime;
  }
  return { shift: Math.round((delay * timescale) / (movieTimescale || 1000)) - (begins ?? 0), oddTimes: undefined };
}
