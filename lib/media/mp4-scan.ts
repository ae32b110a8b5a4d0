import { AUDIO_TRACK, VIDEO_TRACK } from './fmp4.ts';

/** Type and size of a box, from its first bytes. */
export interface BoxHeader {
  type: string;
  headerBytes: number;
  /** Size of header and content together. */
  size: number;
}

/**
 * Reads the header of a box; undefined if it is cut off or wrong. The size is the one in the header, and may be too
 * large.
 */
export function boxHeaderAt(data: Buffer, at = 0): BoxHeader | undefined {
  if (at + 8 > data.length) return undefined;
  const type = data.toString('latin1', at + 4, at + 8);
  if (!/^[ -~]{4}$/.test(type)) return undefined;
  const short = data.readUInt32BE(at);
  if (short !== 1) return short >= 8 ? { type, headerBytes: 8, size: short } : undefined;
  if (at + 16 > data.length) return undefined;
  const size = Number(data.readBigUInt64BE(at + 8));
  return size >= 16 && Number.isSafeInteger(size) ? { type, headerBytes: 16, size } : undefined;
}

/** Boxes inside of one; a milliseconds' work. Of one with more none are given, so that nothing of it is taken for all. */
const MOST_BOXES = 4096;

/** The boxes inside of `data`, up to the first that is not whole; none if there are more than 4096. */
export function boxesIn(data: Buffer): { type: string; content: Buffer }[] {
  const boxes: { type: string; content: Buffer }[] = [];
  for (let at = 0; at < data.length;) {
    const header = boxHeaderAt(data, at);
    if (!header || at + header.size > data.length) break;
    if (boxes.length === MOST_BOXES) return [];
    boxes.push({ type: header.type, content: data.subarray(at + header.headerBytes, at + header.size) });
    at += header.size;
  }
  return boxes;
}

/** The boxes inside of `data` by type, as `boxesIn` gives them; of several of one type the first. */
export function childrenOf(data: Buffer): ReadonlyMap<string, Buffer> {
  const found = new Map<string, Buffer>();
  for (const { type, content } of boxesIn(data)) if (!found.has(type)) found.set(type, content);
  return found;
}

/** The samples of one track in a fragment. */
export interface FragmentRun {
  trackId: number;
  /** Decoding time of the first sample, in the track's timescale. */
  startsAt: number;
  /** Sum of the samples' lengths, in the track's timescale. */
  duration: number;
  sizes: number[];
  /** Place of the first sample, counted from the start of `moof`. */
  dataOffset: number;
}

/** Reads the content of a `moof` that `openFmp4` wrote; undefined for any other. */
export function fragmentRuns(moof: Buffer): FragmentRun[] | undefined {
  const runs: FragmentRun[] = [];
  for (const { type, content } of boxesIn(moof)) {
    if (type !== 'traf') continue;
    const run = trackRun(content);
    if (!run) return undefined;
    runs.push(run);
  }
  return runs.length > 0 ? runs : undefined;
}

function trackRun(traf: Buffer): FragmentRun | undefined {
  const parts = new Map(boxesIn(traf).map(({ type, content }) => [type, content]));
  const [tfhd, tfdt, trun] = [parts.get('tfhd'), parts.get('tfdt'), parts.get('trun')];
  if (!tfhd || tfhd.length < 8 || !tfdt || tfdt.length < 12 || !trun || trun.length < 12) return undefined;
  const flags = trun.readUIntBE(1, 3);
  if ((flags & 0x301) !== 0x301) return undefined;
  const stride = (flags & 0xf00) === 0xf00 ? 16 : 8;
  const count = trun.readUInt32BE(4);
  if (trun.length !== 12 + count * stride) return undefined;
  const at = (index: number): number => 12 + index * stride;
  const indexes = Array.from({ length: count }, (_, index) => index);
  return {
    trackId: tfhd.readUInt32BE(4),
    startsAt: Number(tfdt.readBigUInt64BE(4)),
    duration: indexes.reduce((sum, index) => sum + trun.readUInt32BE(at(index)), 0),
    sizes: indexes.map((index) => trun.readUInt32BE(at(index) + 4)),
    dataOffset: trun.readUInt32BE(8),
  };
}

/**
 * Whether `fragment` (a whole `moof` with its `mdat`) holds what it announces. After a power cut it may have the right
 * length and only zeros: each picture has to be a chain of NAL units, and no frame of sound may begin with zeros alone.
 */
export function isSound(fragment: Buffer, runs: readonly FragmentRun[]): boolean {
  return runs.every(({ trackId, sizes, dataOffset }) => {
    let at = dataOffset;
    return sizes.every((size) => {
      const sample = fragment.subarray(at, (at += size));
      if (sample.length !== size) return false;
      if (trackId === VIDEO_TRACK) return isNalChain(sample);
      return trackId !== AUDIO_TRACK || sample.subarray(0, 8).some((byte) => byte !== 0);
    });
  });
}

function isNalChain(sample: Buffer): boolean {
  let at = 0;
  while (at + 4 < sample.length) {
    const length = sample.readUInt32BE(at);
    if (length === 0) return false;
    at += 4 + length;
  }
  return at === sample.length && at > 0;
}
