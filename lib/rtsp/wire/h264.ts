/** H.264 in RTP: RFC 6184 (single NAL units and FU-A, packetization-mode 1), and its lines in SDP. */
import { layOut, MAX_PACKET_BYTES, RTP_HEADER_BYTES, type RtpCounter, type Unit } from './rtp.ts';

const BODY_BYTES = MAX_PACKET_BYTES - RTP_HEADER_BYTES;
const FU_HEADER_BYTES = 2;
const FU_A = 28;

interface Piece {
  nal: Buffer;
  from: number;
  to: number;
}

/** One access unit as RTP packets. `nals` have no start codes; empty ones are left out. Undefined if none is left. */
export function packetiseH264(
  track: number,
  counter: RtpCounter,
  rtpTime: number,
  nals: readonly Buffer[],
): Unit | undefined {
  const pieces = nals.flatMap(cut);
  if (pieces.length === 0) return undefined;
  const sizes = pieces.map((piece) => piece.to - piece.from + (isWhole(piece) ? 0 : FU_HEADER_BYTES));
  return layOut(track, counter, rtpTime, sizes, (target, index) => write(target, pieces[index]!));
}

/** The value of `a=fmtp`; profile-level-id is the three bytes after the header of the SPS (RFC 6184 section 8.1). */
export function h264Format(sps: Buffer, pps: Buffer): string {
  const profile = sps.length >= 4 ? `profile-level-id=${sps.toString('hex', 1, 4).toUpperCase()}; ` : '';
  return `packetization-mode=1; ${profile}sprop-parameter-sets=${sps.toString('base64')},${pps.toString('base64')}`;
}

/** The RTP payloads of a NAL: one if it fits, else fragments without its own header byte. */
function cut(nal: Buffer): Piece[] {
  if (nal.length === 0) return [];
  if (nal.length <= BODY_BYTES) return [{ nal, from: 0, to: nal.length }];
  const step = BODY_BYTES - FU_HEADER_BYTES;
  const pieces: Piece[] = [];
  for (let from = 1; from < nal.length; from += step) {
    pieces.push({ nal, from, to: Math.min(from + step, nal.length) });
  }
  return pieces;
}

const isWhole = (piece: Piece): boolean => piece.from === 0;

function write(target: Buffer, piece: Piece): void {
  const { nal, from, to } = piece;
  if (isWhole(piece)) return void nal.copy(target);
  target[0] = (nal[0]! & 0xe0) | FU_A;
  target[1] = (from === 1 ? 0x80 : 0) | (to === nal.length ? 0x40 : 0) | (nal[0]! & 0x1f);
  nal.copy(target, FU_HEADER_BYTES, from, to);
}
