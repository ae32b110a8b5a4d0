/** Types of H.264 NAL units (ISO 14496-10, table 7-1) as far as they matter to the carrying of a stream. */
export const NAL = { slice: 1, idr: 5, sei: 6, sps: 7, pps: 8, delimiter: 9 } as const;

/** The type of a NAL unit. */
export const nalType = (unit: Uint8Array): number => (unit[0] ?? 0) & 0x1f;

/** Splits an Annex B byte stream (start codes 00 00 01 or 00 00 00 01) into NAL units without copying. */
export function splitAnnexB(data: Buffer): Buffer[] {
  const units: Buffer[] = [];
  let start = -1;
  for (let at = data.indexOf(1); at >= 0; at = data.indexOf(1, at + 1)) {
    if (at < 2 || data[at - 1] !== 0 || data[at - 2] !== 0) continue;
    if (start >= 0) units.push(trimZeros(data, start, at - 2));
    start = at + 1;
  }
  if (start >= 0) units.push(trimZeros(data, start, data.length));
  return units.filter((unit) => unit.length > 0);
}

/** The NAL unit without zero bytes at its end: they belong to the next start code. */
function trimZeros(data: Buffer, start: number, end: number): Buffer {
  while (end > start && data[end - 1] === 0) end--;
  return data.subarray(start, end);
}

/** Size of the picture that a sequence parameter set describes (ISO 14496-10, 7.3.2.1.1), cropping applied. */
export function sizeOfSps(sps: Uint8Array): { widthPx: number; heightPx: number } {
  const bits = bitReader(unescape(sps.subarray(4)));
  const profile = sps[1] ?? 0;
  bits.ue();
  const chromaFormat = HIGH_PROFILES.has(profile) ? skipHighProfileFields(bits) : 1;
  bits.ue();
  skipPictureOrder(bits);
  bits.ue();
  bits.bit();
  const widthMbs = bits.ue() + 1;
  const heightUnits = bits.ue() + 1;
  const frameMbsOnly = bits.bit();
  if (!frameMbsOnly) bits.bit();
  bits.bit();
  const crop = bits.bit() ? [bits.ue(), bits.ue(), bits.ue(), bits.ue()] : [0, 0, 0, 0];
  const [left = 0, right = 0, top = 0, bottom = 0] = crop;
  const unitX = chromaFormat === 1 || chromaFormat === 2 ? 2 : 1;
  const unitY = (chromaFormat === 1 ? 2 : 1) * (2 - frameMbsOnly);
  return {
    widthPx: widthMbs * 16 - (left + right) * unitX,
    heightPx: heightUnits * 16 * (2 - frameMbsOnly) - (top + bottom) * unitY,
  };
}

/** Profiles whose sets say the chroma format and the depth (ISO 14496-10, 7.3.2.1.1). */
export const HIGH_PROFILES: ReadonlySet<number> = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128]);

export function skipHighProfileFields(bits: BitReader): number {
  const chromaFormat = bits.ue();
  if (chromaFormat === 3) bits.bit();
  bits.ue();
  bits.ue();
  bits.bit();
  if (bits.bit()) {
    for (let list = 0; list < (chromaFormat === 3 ? 12 : 8); list++)
      if (bits.bit()) skipScalingList(bits, list < 6 ? 16 : 64);
  }
  return chromaFormat;
}

function skipScalingList(bits: BitReader, size: number): void {
  let last = 8;
  for (let index = 0, next = 8; index < size && next !== 0; index++) {
    next = (last + bits.se() + 256) % 256;
    if (next !== 0) last = next;
  }
}

export function skipPictureOrder(bits: BitReader): void {
  const type = bits.ue();
  if (type === 0) bits.ue();
  if (type !== 1) return;
  bits.bit();
  bits.se();
  bits.se();
  for (let count = Math.min(255, bits.ue()); count > 0; count--) bits.se();
}

/** Reads the fields of a parameter set: single bits, and numbers in Exp-Golomb code (ISO 14496-10, 9.1). */
export interface BitReader {
  bit(): number;
  ue(): number;
  se(): number;
}

/**
 * Reads bits. After the end it gives zeros, so that a parameter set that is cut off gives a wrong size instead of an
 * endless loop.
 */
export function bitReader(data: Uint8Array): BitReader {
  let position = 0;
  const bit = (): number => {
    const value = ((data[position >> 3] ?? 0) >> (7 - (position & 7))) & 1;
    position++;
    return value;
  };
  const ue = (): number => {
    let zeros = 0;
    while (zeros < 31 && bit() === 0) zeros++;
    let value = 1;
    for (let left = zeros; left > 0; left--) value = value * 2 + bit();
    return value - 1;
  };
  const se = (): number => {
    const code = ue();
    return code % 2 === 0 ? -code / 2 : (code + 1) / 2;
  };
  return { bit, ue, se };
}

/** The bytes without emulation prevention (00 00 03). */
export function unescape(data: Uint8Array): Uint8Array {
  return data.filter((byte, index) => !(byte === 3 && index >= 2 && data[index - 1] === 0 && data[index - 2] === 0));
}
