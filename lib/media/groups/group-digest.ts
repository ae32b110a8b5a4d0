import { createHash } from 'node:crypto';
import { NAL, nalType } from '../h264.ts';

/** The digest of a closed group, made as its units come. */
export interface GroupDigest {
  /** Takes the next NAL unit in decoding order; one that is no coded slice changes nothing. */
  add(unit: Uint8Array): void;
  value(): Buffer;
}

/**
 * Opens the digest of a closed group: SHA-256 of its coded slices (NAL units of types 1 and 5) in decoding order,
 * without start codes, lengths and parameter sets. So a group has the same digest in a stream over RTSP, in a growing
 * file and in the finished one.
 */
export function openDigest(): GroupDigest {
  const hash = createHash('sha256');
  return {
    add(unit) {
      if (isSlice(unit)) hash.update(unit);
    },
    value: () => hash.digest(),
  };
}

/** Whether a NAL unit is a coded slice. */
export const isSlice = (unit: Uint8Array): boolean => {
  const type = nalType(unit);
  return type === NAL.slice || type === NAL.idr;
};

/**
 * Divides a sample of MP4 into its NAL units, each after a length of `lengthBytes`. Undefined if the lengths do not
 * add up to the sample.
 */
export function unitsOf(sample: Buffer, lengthBytes: number): Buffer[] | undefined {
  const units: Buffer[] = [];
  let at = 0;
  while (at + lengthBytes <= sample.length) {
    const length = sample.readUIntBE(at, lengthBytes);
    at += lengthBytes;
    if (length === 0 || at + length > sample.length) return undefined;
    units.push(sample.subarray(at, at + length));
    at += length;
  }
  return at === sample.length && units.length > 0 ? units : undefined;
}
