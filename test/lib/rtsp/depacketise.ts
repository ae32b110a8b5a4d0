/** The other side of the packetisers, written from RFC 6184 and RFC 3640 for the tests. */
export function joinH264(payloads: readonly Buffer[]): Buffer[] {
  const nals: Buffer[] = [];
  let parts: Buffer[] | undefined;
  for (const payload of payloads) {
    const type = payload[0]! & 0x1f;
    if (type !== 28) {
      nals.push(payload);
      continue;
    }
    const [indicator, header] = [payload[0]!, payload[1]!];
    if (header & 0x80) parts = [Buffer.from([(indicator & 0xe0) | (header & 0x1f)])];
    if (!parts) throw new Error('a fragment without its beginning');
    parts.push(payload.subarray(2));
    if (header & 0x40) {
      nals.push(Buffer.concat(parts));
      parts = undefined;
    }
  }
  if (parts) throw new Error('a fragment without its end');
  return nals;
}

/** The units that have come whole; one whose end is still on its way is left out. */
export function joinedSoFar(payloads: readonly Buffer[]): Buffer[] {
  const isEnd = (payload: Buffer): boolean => (payload[0]! & 0x1f) !== 28 || (payload[1]! & 0x40) !== 0;
  return joinH264(payloads.slice(0, payloads.findLastIndex(isEnd) + 1));
}

export function joinAac(payloads: readonly Buffer[]): Buffer[] {
  const frames: Buffer[] = [];
  let whole = Buffer.alloc(0);
  for (const payload of payloads) {
    if (payload.readUInt16BE(0) !== 16) throw new Error('not one access unit header of 16 bits');
    const size = payload.readUInt16BE(2) >> 3;
    whole = Buffer.concat([whole, payload.subarray(4)]);
    if (whole.length > size) throw new Error('more than was said');
    if (whole.length < size) continue;
    frames.push(whole);
    whole = Buffer.alloc(0);
  }
  if (whole.length > 0) throw new Error('less than was said');
  return frames;
}
