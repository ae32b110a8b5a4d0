import { TICKS_PER_SECOND } from './packet.ts';
import type { Size } from './geometry.ts';

/**
 * IVF is the one simple container in which FFmpeg reads raw frames *with* time stamps: a header of 32 bytes, then each
 * frame behind 12 bytes (size, 64-bit time stamp). The fourcc I420 makes its demuxer hand the frames on as raw video.
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

export function ivfFrameHeader(bytes: number, ptsTicks: number): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt32LE(bytes, 0);
  header.writeBigUInt64LE(BigInt(ptsTicks), 4);
  return header;
}
