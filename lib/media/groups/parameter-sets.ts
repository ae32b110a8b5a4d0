import {
  bitReader,
  HIGH_PROFILES,
  skipHighProfileFields,
  skipPictureOrder,
  unescape,
  type BitReader,
} from '../h264.ts';

/** What a sequence and a picture parameter set say of how pictures were coded (ISO 14496-10, 7.3.2 and E.1). */
export interface CodingFacts {
  /** Numbers of profile and level: 100 is High, 41 is level 4.1. */
  profile: number;
  level: number;
  /** Pictures that a slice may refer to, if it says nothing else. */
  references: number;
  isProgressive: boolean;
  /** Pictures that are shown after one that follows them; undefined: it is not said. */
  reordered: number | undefined;
  /** Clock of the stream: units of a tick, and ticks of two fields in a second. Undefined: none is said. */
  timing: { units: number; scale: number; isFixed: boolean } | undefined;
  /** Whether it promises rates to a decoder's buffer. */
  hasHrd: boolean;
  isCabac: boolean;
  weightsPredicted: boolean;
  weightsBoth: number;
  initialQp: number;
  chromaQpOffset: number;
  uses8x8: boolean;
}

/** Reads a pair of parameter sets, as NAL units. After the end of a set that is cut off, all its fields are 0. */
export function codingFacts(sps: Uint8Array, pps: Uint8Array): CodingFacts {
  const profile = sps[1] ?? 0;
  return { profile, level: sps[3] ?? 0, ...sequenceFacts(sps), ...pictureFacts(pps, HIGH_PROFILES.has(profile)) };
}

type SequenceFacts = Pick<CodingFacts, 'isProgressive' | 'reordered' | 'timing' | 'hasHrd'>;

function sequenceFacts(sps: Uint8Array): SequenceFacts {
  const bits = bitReader(unescape(sps.subarray(4)));
  bits.ue();
  if (HIGH_PROFILES.has(sps[1] ?? 0)) skipHighProfileFields(bits);
  bits.ue();
  skipPictureOrder(bits);
  bits.ue();
  bits.bit();
  bits.ue();
  bits.ue();
  const isProgressive = bits.bit() === 1;
  if (!isProgressive) bits.bit();
  bits.bit();
  if (bits.bit() === 1) for (let side = 0; side < 4; side++) bits.ue();
  const usability =
    bits.bit() === 1 ? usabilityFacts(bits) : { reordered: undefined, timing: undefined, hasHrd: false };
  return { isProgressive, ...usability };
}

const EXTENDED_SAR = 255;

/** Usability information (VUI). */
function usabilityFacts(bits: BitReader): Pick<SequenceFacts, 'reordered' | 'timing' | 'hasHrd'> {
  if (bits.bit() === 1 && number(bits, 8) === EXTENDED_SAR) number(bits, 32);
  if (bits.bit() === 1) bits.bit();
  if (bits.bit() === 1) {
    number(bits, 4);
    if (bits.bit() === 1) number(bits, 24);
  }
  if (bits.bit() === 1) {
    bits.ue();
    bits.ue();
  }
  const timing =
    bits.bit() === 1 ? { units: number(bits, 32), scale: number(bits, 32), isFixed: bits.bit() === 1 } : undefined;
  const hasHrd = bits.bit() === 1 || bits.bit() === 1;
  // What follows a promise of rates is not read: its fields come before.
  if (hasHrd) return { reordered: undefined, timing, hasHrd };
  bits.bit();
  if (bits.bit() === 0) return { reordered: undefined, timing, hasHrd };
  bits.bit();
  for (let field = 0; field < 4; field++) bits.ue();
  return { reordered: bits.ue(), timing, hasHrd };
}

function number(bits: BitReader, count: number): number {
  let value = 0;
  for (let left = count; left > 0; left--) value = value * 2 + bits.bit();
  return value;
}

function pictureFacts(
  pps: Uint8Array,
  isHigh: boolean,
): Pick<
  CodingFacts,
  'references' | 'isCabac' | 'weightsPredicted' | 'weightsBoth' | 'initialQp' | 'chromaQpOffset' | 'uses8x8'
> {
  const data = unescape(pps.subarray(1));
  const bits = bitReader(data);
  bits.ue();
  bits.ue();
  const isCabac = bits.bit() === 1;
  bits.bit();
  bits.ue();
  const references = bits.ue() + 1;
  bits.ue();
  const weightsPredicted = bits.bit() === 1;
  const weightsBoth = number(bits, 2);
  const initialQp = 26 + bits.se();
  bits.se();
  const chromaQpOffset = bits.se();
  number(bits, 3);
  // Sets of the lower profiles end here.
  const uses8x8 = isHigh && bits.bit() === 1;
  return { references, isCabac, weightsPredicted, weightsBoth, initialQp, chromaQpOffset, uses8x8 };
}
