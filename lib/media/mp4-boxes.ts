/** Integers of 8 bits. */
export const u8 = (...values: number[]): Buffer => Buffer.from(values);

/** Integers of 16 bits, big-endian as all in ISO 14496-12. */
export function u16(...values: number[]): Buffer {
  const data = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => data.writeUInt16BE(value, index * 2));
  return data;
}

/** Integers of 32 bits. */
export function u32(...values: number[]): Buffer {
  const data = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => data.writeUInt32BE(value >>> 0, index * 4));
  return data;
}

/** An integer of 64 bits, signed: above 2⁶³ nothing of ours goes. */
export function u64(value: number): Buffer {
  const data = Buffer.alloc(8);
  data.writeBigInt64BE(BigInt(value));
  return data;
}

/** Text in ASCII. */
export const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');

/** A box (ISO 14496-12, 4.2): size, type of four letters, content. */
export function box(type: string, ...content: Buffer[]): Buffer {
  const size = content.reduce((sum, part) => sum + part.length, 8);
  return Buffer.concat([u32(size), ascii(type), ...content], size);
}

/** A box with version and flags. */
export function fullBox(type: string, version: number, flags: number, ...content: Buffer[]): Buffer {
  return box(type, u32(version * 2 ** 24 + flags), ...content);
}

/** A descriptor of ISO 14496-1; its length has four bytes, a form that every reader knows. */
export function descriptor(tag: number, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const length = [21, 14, 7, 0].map((shift) => ((body.length >> shift) & 0x7f) | (shift > 0 ? 0x80 : 0));
  return Buffer.concat([u8(tag, ...length), body]);
}
