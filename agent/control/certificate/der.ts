/** Encoders for the part of DER (ITU-T X.690) that a certificate needs. Each function gives one encoded value. */

function tagged(tag: number, content: Buffer): Buffer {
  const size = content.length;
  const long = Buffer.from(size.toString(16).padStart(size > 0xff ? (size > 0xffff ? 6 : 4) : 2, '0'), 'hex');
  const length = size < 128 ? Buffer.from([size]) : Buffer.from([0x80 | long.length, ...long]);
  return Buffer.concat([Buffer.from([tag]), length, content]);
}

export const sequence = (...parts: readonly Buffer[]): Buffer => tagged(0x30, Buffer.concat(parts));
export const set = (...parts: readonly Buffer[]): Buffer => tagged(0x31, Buffer.concat(parts));
/** An unsigned number, from its bytes with the highest first. */
export const integer = (bytes: Buffer): Buffer =>
  tagged(2, (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
export const boolean = (value: boolean): Buffer => tagged(1, Buffer.from([value ? 0xff : 0]));
export const nothing = (): Buffer => tagged(5, Buffer.alloc(0));
export const text = (value: string): Buffer => tagged(12, Buffer.from(value));
export const octets = (bytes: Buffer): Buffer => tagged(4, bytes);
export const bits = (bytes: Buffer, unused = 0): Buffer => tagged(3, Buffer.concat([Buffer.from([unused]), bytes]));
/** A value with the explicit tag `[n]`. */
export const explicit = (n: number, content: Buffer): Buffer => tagged(0xa0 | n, content);
/** A value whose type is replaced by the tag `[n]`. */
export const implicit = (n: number, content: Buffer): Buffer => tagged(0x80 | n, content);

/** A time as `YYMMDDHHMMSSZ`, for the years 1950 to 2049. */
export const utcTime = (ms: number): Buffer =>
  tagged(23, Buffer.from(`${new Date(ms).toISOString().slice(2, 19).replaceAll(/[-:T]/g, '')}Z`));

/** An object identifier such as `1.2.840.113549.1.1.11`. */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const base128 = (value: number): number[] => {
    const digits = [value & 127];
    for (let left = value >>> 7; left > 0; left >>>= 7) digits.unshift((left & 127) | 128);
    return digits;
  };
  return tagged(6, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}
