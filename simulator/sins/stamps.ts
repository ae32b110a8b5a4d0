import type { Sins } from './sins.ts';

/** Changes the time stamps of one connection as the camera's sins demand, packet by packet. */
export interface Stamps {
  /** Gives the packet as the camera sends it, changed in place; undefined if it is not sent. */
  pass(track: 'video' | 'audio', isRtcp: boolean, packet: Buffer, sincePlayMs: number): Buffer | undefined;
}

const SENDER_REPORT = 200;
const VIDEO_HZ = 90_000;

/** Opens the time stamps of one connection; they become wrong `afterMs` after PLAY. */
export function openStamps(sins: Sins, afterMs: number): Stamps {
  const isSinful = openVideo(sins);
  let seenIdr = false;
  return {
    pass(track, isRtcp, packet, sincePlayMs) {
      if (sins.silent) return undefined;
      const isLate = sincePlayMs >= afterMs;
      if (isRtcp) return reported(sins, track, packet, isLate);
      if (packet.length < 12) return packet;
      if (track === 'audio') return shifted(packet, isLate ? (sins['sound-forward'] ?? 0) * 48_000 : 0);
      if (sins['late-idr'] && !seenIdr) {
        if (isKey(packet) && sincePlayMs < sins['late-idr'] * 1000) return undefined;
        seenIdr ||= isKey(packet);
      }
      return isLate ? isSinful(packet) : packet;
    },
  };
}

function reported(sins: Sins, track: string, packet: Buffer, isLate: boolean): Buffer | undefined {
  if (packet[1] !== SENDER_REPORT || packet.length < 28) return packet;
  if (sins['no-sr']) return undefined;
  if (track === 'video' && isLate && sins['sr-jump']) {
    packet.writeUInt32BE((packet.readUInt32BE(8) + Math.round(sins['sr-jump'])) >>> 0, 8);
  }
  return packet;
}

function openVideo(sins: Sins): (packet: Buffer) => Buffer {
  let first: number | undefined;
  let seq: number | undefined;
  return (packet) => {
    const time = packet.readUInt32BE(4);
    first ??= time;
    seq ??= packet.readUInt16BE(2);
    const seconds = (sins.forward ?? 0) - (sins.back ?? 0);
    if (seconds) shifted(packet, seconds * VIDEO_HZ);
    if (sins['to-zero']) packet.writeUInt32BE((time - first) >>> 0, 4);
    if (sins.fast) packet.writeUInt32BE(Math.floor(first + ((time - first) >>> 0) * sins.fast) % 2 ** 32, 4);
    if (sins.ssrc) {
      packet.writeUInt32BE((packet.readUInt32BE(8) ^ 0x5a5a5a5a) >>> 0, 8);
      packet.writeUInt32BE((time + 0x1234_5678) >>> 0, 4);
      packet.writeUInt16BE((packet.readUInt16BE(2) - seq + 7) & 0xffff, 2);
    }
    return packet;
  };
}

function shifted(packet: Buffer, ticks: number): Buffer {
  packet.writeUInt32BE(((packet.readUInt32BE(4) + Math.round(ticks)) % 2 ** 32) >>> 0, 4);
  return packet;
}

/** Whether an RTP packet belongs to a key picture of H.264, or to its parameter sets (RFC 6184). */
function isKey(packet: Buffer): boolean {
  const payload = packet.subarray(12);
  const type = (payload[0] ?? 0) & 0x1f;
  return type === 28 ? ((payload[1] ?? 0) & 0x1f) === 5 : type === 5 || type === 7 || type === 8;
}
