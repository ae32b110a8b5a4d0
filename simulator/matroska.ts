import type { Size } from '#lib/media/geometry.ts';

/**
 * Matroska without an end (RFC 9559): raw pictures and sound with time stamps in one pipe, which FFmpeg reads live. Two
 * raw pipes would lose their common clock at the first picture that is left out.
 */
const TICK_NS = 10_000;

/** Number of the track with pictures. */
export const PICTURES = 1;
/** Number of the track with sound. */
export const SOUND = 2;

/** The beginning of the stream. `frameRate` is a hint for the encoder's rate control. */
export function matroskaHead(size: Size, frameRate: number, sampleRateHz: number): Buffer {
  const video = element(
    0xe0,
    unsigned(0xb0, size.widthPx),
    unsigned(0xba, size.heightPx),
    element(0x2eb524, Buffer.from('I420')),
  );
  const audio = element(0xe1, float(0xb5, sampleRateHz), unsigned(0x9f, 2), unsigned(0x6264, 16));
  return Buffer.concat([
    element(0x1a45dfa3, element(0x4282, Buffer.from('matroska')), unsigned(0x4287, 4), unsigned(0x4285, 2)),
    Buffer.from([0x18, 0x53, 0x80, 0x67, 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
    element(0x1549a966, unsigned(0x2ad7b1, TICK_NS)),
    element(
      0x1654ae6b,
      track(PICTURES, 1, 'V_UNCOMPRESSED', unsigned(0x23e383, Math.round(1e9 / frameRate)), video),
      track(SOUND, 2, 'A_PCM/INT/LIT', audio),
    ),
  ]);
}

function track(number: number, type: number, codec: string, ...more: Buffer[]): Buffer {
  const head = [unsigned(0xd7, number), unsigned(0x73c5, number), unsigned(0x83, type), unsigned(0x9c, 0)];
  return element(0xae, ...head, element(0x86, Buffer.from(codec)), ...more);
}

/**
 * The bytes before a block (a picture, or a run of samples) at a time since the beginning of the stream; the block's
 * own bytes follow unchanged.
 */
export function matroskaBlockHead(track: number, timeMs: number, bytes: number): Buffer {
  const timestamp = unsigned(0xe7, Math.round((timeMs * 1e6) / TICK_NS));
  const block = Buffer.from([0x80 | track, 0, 0, 0x80]);
  const blockHead = Buffer.concat([Buffer.from([0xa3]), sizeOf(block.length + bytes), block]);
  const clusterBytes = timestamp.length + blockHead.length + bytes;
  return Buffer.concat([Buffer.from([0x1f, 0x43, 0xb6, 0x75]), sizeOf(clusterBytes), timestamp, blockHead]);
}

function element(id: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([idOf(id), sizeOf(body.length), body]);
}

function unsigned(id: number, value: number): Buffer {
  const body = Buffer.alloc(8);
  body.writeBigUInt64BE(BigInt(value));
  return element(id, body);
}

function float(id: number, value: number): Buffer {
  const body = Buffer.alloc(8);
  body.writeDoubleBE(value);
  return element(id, body);
}

function idOf(id: number): Buffer {
  const hex = id.toString(16);
  return Buffer.from(hex, 'hex');
}

/** A size, always in 8 bytes, which is valid and simple. */
function sizeOf(bytes: number): Buffer {
  const out = Buffer.alloc(8);
  out.writeUIntBE(bytes, 2, 6);
  out[0] = 0x01;
  return out;
}
