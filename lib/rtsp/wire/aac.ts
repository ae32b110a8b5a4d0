/** AAC in RTP: RFC 3640, mode AAC-hbr (13 bits of size, 3 of index), and its lines in SDP. */
import { layOut, MAX_PACKET_BYTES, RTP_HEADER_BYTES, type RtpCounter, type Unit } from './rtp.ts';

const AU_SECTION_BYTES = 4;
const BODY_BYTES = MAX_PACKET_BYTES - RTP_HEADER_BYTES - AU_SECTION_BYTES;
/** Largest frame in bytes: the size field has 13 bits. A longer frame cannot be sent. */
const MAX_FRAME_BYTES = 0x1fff;

/**
 * One AAC frame as RTP packets, usually one. A frame that is too long for a packet is cut, and each part has the whole
 * size in its header (RFC 3640 section 3.2.3). Undefined for a frame that cannot be sent: empty, or longer than 8191
 * bytes.
 */
export function packetiseAac(track: number, counter: RtpCounter, rtpTime: number, frame: Buffer): Unit | undefined {
  if (frame.length === 0 || frame.length > MAX_FRAME_BYTES) return undefined;
  const sizes: number[] = [];
  for (let rest = frame.length; rest > 0; rest -= BODY_BYTES) sizes.push(AU_SECTION_BYTES + Math.min(rest, BODY_BYTES));
  return layOut(track, counter, rtpTime, sizes, (target, index) => {
    target.writeUInt16BE(16, 0);
    target.writeUInt16BE(frame.length << 3, 2);
    frame.copy(target, AU_SECTION_BYTES, index * BODY_BYTES, (index + 1) * BODY_BYTES);
  });
}

/** The value of `a=fmtp`. */
export function aacFormat(config: Buffer): string {
  return `streamtype=5; profile-level-id=1; mode=AAC-hbr; sizelength=13; indexlength=3; indexdeltalength=3; config=${config.toString('hex').toUpperCase()}`;
}
