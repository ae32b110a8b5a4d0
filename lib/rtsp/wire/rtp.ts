/**
 * RTP on the wire (RFC 3550 section 5.1) and in RTSP's interleaved frames (RFC 2326 section 10.12):
 * `$`, channel, 16-bit length, packet.
 */

/** Bytes before each interleaved frame. */
export const FRAME_HEADER_BYTES = 4;
/** Bytes of an RTP header without extensions. */
export const RTP_HEADER_BYTES = 12;

/** Largest RTP packet made here; with UDP and IPv6 headers it fits a path of 1400 bytes (VPN, PPPoE). */
export const MAX_PACKET_BYTES = 1340;

/**
 * The part of a stream that a player gets whole or not at all: all RTP packets of one picture or one frame of sound, or
 * one RTCP packet. The bytes are laid out once and shared. `framed` is the interleaved form with the usual channels
 * (twice the track, one more for RTCP); `packets` are the bare packets inside it.
 */
export interface Unit {
  track: number;
  rtcp: boolean;
  /** Whether a player can begin here. */
  key: boolean;
  framed: Buffer;
  packets: readonly Buffer[];
  /** RTP time stamp and first sequence number; both 0 for RTCP. */
  rtpTime: number;
  seq: number;
}

/** The counters of one track's packets, which continue from one packet to the next. */
export interface RtpCounter {
  ssrc: number;
  payloadType: number;
  /** Sequence number of the next packet. */
  seq: number;
  packets: number;
  octets: number;
}

/** Lays out RTP packets in one buffer, one for each payload size in `bodyBytes`; `fill` writes the payloads. */
export function layOut(
  track: number,
  counter: RtpCounter,
  rtpTime: number,
  bodyBytes: readonly number[],
  fill: (target: Buffer, index: number) => void,
): Unit {
  const overhead = FRAME_HEADER_BYTES + RTP_HEADER_BYTES;
  const total = bodyBytes.reduce((sum, bytes) => sum + bytes + overhead, 0);
  const framed = Buffer.allocUnsafe(total);
  const packets: Buffer[] = [];
  const seq = counter.seq;
  let at = 0;
  for (const [index, bytes] of bodyBytes.entries()) {
    const end = at + overhead + bytes;
    writeFrameHeader(framed, at, track * 2, RTP_HEADER_BYTES + bytes);
    const packet = framed.subarray(at + FRAME_HEADER_BYTES, end);
    writeRtpHeader(packet, counter, rtpTime, index === bodyBytes.length - 1);
    fill(packet.subarray(RTP_HEADER_BYTES), index);
    counter.seq = (counter.seq + 1) & 0xffff;
    counter.packets += 1;
    counter.octets += bytes;
    packets.push(packet);
    at = end;
  }
  return { track, rtcp: false, key: false, framed, packets, rtpTime, seq };
}

/** Makes a unit of existing packets (relayed RTP, or RTCP). They are copied once, so that no larger buffer is kept. */
export function frameUp(track: number, rtcp: boolean, parts: readonly Buffer[]): Unit {
  const total = parts.reduce((sum, part) => sum + part.length + FRAME_HEADER_BYTES, 0);
  const framed = Buffer.allocUnsafe(total);
  const packets: Buffer[] = [];
  let at = 0;
  for (const part of parts) {
    writeFrameHeader(framed, at, track * 2 + (rtcp ? 1 : 0), part.length);
    part.copy(framed, at + FRAME_HEADER_BYTES);
    packets.push(framed.subarray(at + FRAME_HEADER_BYTES, at + FRAME_HEADER_BYTES + part.length));
    at += FRAME_HEADER_BYTES + part.length;
  }
  const first = rtcp ? undefined : packets[0];
  const rtpTime = first && first.length >= 8 ? first.readUInt32BE(4) : 0;
  const seq = first && first.length >= 4 ? first.readUInt16BE(2) : 0;
  return { track, rtcp, key: false, framed, packets, rtpTime, seq };
}

/** The same interleaved frames with another channel. */
export function onChannel(framed: Buffer, channel: number): Buffer {
  const copy = Buffer.from(framed);
  for (let at = 0; at + FRAME_HEADER_BYTES <= copy.length; at += FRAME_HEADER_BYTES + copy.readUInt16BE(at + 2)) {
    copy[at + 1] = channel;
  }
  return copy;
}

/** The fields of an RTP header. */
export interface RtpHeader {
  marker: boolean;
  payloadType: number;
  seq: number;
  rtpTime: number;
  ssrc: number;
  payload: Buffer;
}

/** Reads an RTP packet; undefined if version, lengths or padding are wrong. */
export function readRtp(packet: Buffer): RtpHeader | undefined {
  if (packet.length < RTP_HEADER_BYTES || packet[0]! >> 6 !== 2) return undefined;
  let start = RTP_HEADER_BYTES + (packet[0]! & 0x0f) * 4;
  if (packet[0]! & 0x10) {
    if (packet.length < start + 4) return undefined;
    start += 4 + packet.readUInt16BE(start + 2) * 4;
  }
  const end = packet.length - (packet[0]! & 0x20 ? packet[packet.length - 1]! : 0);
  if (start > end) return undefined;
  return {
    marker: packet[1]! >= 0x80,
    payloadType: packet[1]! & 0x7f,
    seq: packet.readUInt16BE(2),
    rtpTime: packet.readUInt32BE(4),
    ssrc: packet.readUInt32BE(8),
    payload: packet.subarray(start, end),
  };
}

function writeFrameHeader(target: Buffer, at: number, channel: number, length: number): void {
  target[at] = 0x24;
  target[at + 1] = channel;
  target.writeUInt16BE(length, at + 2);
}

function writeRtpHeader(target: Buffer, counter: RtpCounter, rtpTime: number, marker: boolean): void {
  target[0] = 0x80;
  target[1] = counter.payloadType | (marker ? 0x80 : 0);
  target.writeUInt16BE(counter.seq, 2);
  target.writeUInt32BE(rtpTime >>> 0, 4);
  target.writeUInt32BE(counter.ssrc, 8);
}
