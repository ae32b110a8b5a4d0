/** RTCP (RFC 3550 section 6): sender reports with SDES, BYE, and reading what others send. */
import type { RtpCounter } from './rtp.ts';

const SENDER_REPORT = 200;
const DESCRIPTION = 202;
const BYE = 203;
const CNAME = 1;
/** Seconds from 1900, where NTP begins, to 1970. */
const NTP_OFFSET_SECONDS = 2_208_988_800n;

/** The NTP time (64 bits) of a wall clock time in milliseconds. */
export function ntpOfMs(ms: number): bigint {
  const micros = BigInt(Math.round(ms * 1000));
  const seconds = micros / 1_000_000n;
  return ((seconds + NTP_OFFSET_SECONDS) << 32n) | (((micros % 1_000_000n) << 32n) / 1_000_000n);
}

/** The relation of a track's RTP time to the wall clock: `rtp` belongs to `ntp`. */
export interface ClockMap {
  rateHz: number;
  ntp: bigint;
  rtp: number;
}

/** The wall clock of an RTP time stamp that is within 2^31 ticks of the map's own. */
export function ntpOfRtp(map: ClockMap, rtp: number): bigint {
  const ticks = BigInt((rtp - map.rtp) | 0);
  return map.ntp + (ticks << 32n) / BigInt(map.rateHz);
}

/** The RTP time stamp of a wall clock time, rounded. */
export function rtpOfNtp(map: ClockMap, ntp: bigint): number {
  const half = 1n << 31n;
  const ticks = ((ntp - map.ntp) * BigInt(map.rateHz) + half) >> 32n;
  return Number(BigInt.asUintN(32, BigInt(map.rtp) + ticks));
}

/** A sender report with the description that has to follow it (RFC 3550 section 6.1), as one compound packet. */
export function senderReport(
  counter: Pick<RtpCounter, 'ssrc' | 'packets' | 'octets'>,
  ntp: bigint,
  rtpTime: number,
  cname: string,
): Buffer {
  const name = Buffer.from(cname.slice(0, 60), 'latin1');
  const chunk = (4 + 2 + name.length + 1 + 3) & ~3;
  const packet = Buffer.alloc(28 + 4 + chunk);
  writeHeader(packet, 0, 0, SENDER_REPORT, 28);
  packet.writeUInt32BE(counter.ssrc, 4);
  packet.writeBigUInt64BE(BigInt.asUintN(64, ntp), 8);
  packet.writeUInt32BE(rtpTime >>> 0, 16);
  packet.writeUInt32BE(counter.packets >>> 0, 20);
  packet.writeUInt32BE(counter.octets >>> 0, 24);
  writeHeader(packet, 28, 1, DESCRIPTION, 4 + chunk);
  packet.writeUInt32BE(counter.ssrc, 32);
  packet[36] = CNAME;
  packet[37] = name.length;
  name.copy(packet, 38);
  return packet;
}

/**
 * A packet that tells receivers that the source ends. It begins with an empty receiver report, as a compound packet
 * must.
 */
export function goodbye(ssrc: number): Buffer {
  const packet = Buffer.alloc(16);
  writeHeader(packet, 0, 0, 201, 8);
  packet.writeUInt32BE(ssrc, 4);
  writeHeader(packet, 8, 1, BYE, 8);
  packet.writeUInt32BE(ssrc, 12);
  return packet;
}

/** The contents of a sender report. */
export interface SenderReport {
  ssrc: number;
  ntp: bigint;
  rtpTime: number;
}

/** The sender report in a compound packet; undefined if there is none. A wrong length ends the search. */
export function readSenderReport(packet: Buffer): SenderReport | undefined {
  for (let at = 0; at + 4 <= packet.length; at += 4 + packet.readUInt16BE(at + 2) * 4) {
    if (packet[at]! >> 6 !== 2) return undefined;
    if (packet[at + 1] === SENDER_REPORT && at + 28 <= packet.length) {
      return {
        ssrc: packet.readUInt32BE(at + 4),
        ntp: packet.readBigUInt64BE(at + 8),
        rtpTime: packet.readUInt32BE(at + 16),
      };
    }
  }
  return undefined;
}

function writeHeader(target: Buffer, at: number, count: number, type: number, bytes: number): void {
  target[at] = 0x80 | count;
  target[at + 1] = type;
  target.writeUInt16BE(bytes / 4 - 1, at + 2);
}
