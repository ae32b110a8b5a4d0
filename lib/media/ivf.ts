import { TICKS_PER_SECOND } from './packet.ts';
import type { Size } from './geometry.ts';

/**
 * The header of an IVF file, 32 bytes, for raw frames (fourcc I420). IVF is the only simple container from which FFmpeg
 * reads raw frames with time stamps.
 */
export function ivfHeader(size: Size): Buffer {
  const header = Buffer.alloc(32);
  header.write('DKIF', 0, 'latin1');
  header.writeUInt16LE(32, 6);
  header.write('I420', 8, 'latin1');
  header.writeUInt16LE(size.widthPx, 12);
  header.writeUInt16LE(size.heightPx, 14);
  header.writeUInt32LE(TICKS_PER_SECOND, 16);
  header.writeUInt32LE(1, 20);
  return header;
}

/** The 12 bytes before a frame: its size, and its time stamp with 64 bits. */
export function ivfFrameHeader(bytes: number, ptsTicks: number): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt32LE(bytes, 0);
  header.writeBigUInt64LE(BigInt(ptsTicks), 4);
  return header;
}
