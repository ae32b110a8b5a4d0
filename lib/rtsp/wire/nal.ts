/** What the relay must know of foreign video: where a player can begin, and the parameter sets (RFC 6184, RFC 7798). */
export interface ParameterSets {
  vps?: Buffer;
  sps?: Buffer;
  pps?: Buffer;
}

export interface Look {
  isKey: boolean;
  sets: ParameterSets;
}

type Reader = (payload: Buffer) => Look;

/**
 * How to look into one RTP payload of this codec (name as in `a=rtpmap`, upper case). A codec unknown here gives undefined:
 * each of its pictures is then taken for a key picture.
 */
export function readerFor(codec: string): Reader | undefined {
  if (codec === 'H264') return lookAtH264;
  if (codec === 'H265') return lookAtH265;
  return undefined;
}

/** The fields of `a=fmtp` that carry parameter sets; empty as long as not all are known. */
export function formatFields(codec: string, sets: ParameterSets): Record<string, string> {
  const { vps, sps, pps } = sets;
  if (!sps || !pps || sps.length < 4) return {};
  const [sps64, pps64] = [sps.toString('base64'), pps.toString('base64')];
  if (codec === 'H264') {
    const profile = sps.toString('hex', 1, 4).toUpperCase();
    return { 'packetization-mode': '1', 'profile-level-id': profile, 'sprop-parameter-sets': `${sps64},${pps64}` };
  }
  if (codec === 'H265' && vps) return { 'sprop-vps': vps.toString('base64'), 'sprop-sps': sps64, 'sprop-pps': pps64 };
  return {};
}

/** Whether an `a=fmtp` line carries parameter sets. FFmpeg writes the field with nothing in it if it knows none. */
export function hasFormat(attributes: readonly string[]): boolean {
  return attributes.some((line) => /sprop-(?:parameter-sets|sps)=[\w+/]/.test(line));
}

const MAX_SET_BYTES = 4096;

function lookAtH264(payload: Buffer): Look {
  const look: Look = { isKey: false, sets: {} };
  const type = payload.length > 0 ? payload[0]! & 0x1f : 0;
  if (type === 24) for (const nal of aggregated(payload, 1)) noteH264(nal, look);
  else if (type === 28 || type === 29) look.isKey = payload.length > 1 && (payload[1]! & 0x1f) === 5;
  else noteH264(payload, look);
  return look;
}

function noteH264(nal: Buffer, look: Look): void {
  const type = nal.length > 0 ? nal[0]! & 0x1f : 0;
  // Encoders with periodic intra refresh never send an IDR picture: their parameter sets mark where to begin.
  if (type === 5 || type === 7) look.isKey = true;
  if (nal.length > MAX_SET_BYTES) return;
  if (type === 7) look.sets.sps = Buffer.from(nal);
  if (type === 8) look.sets.pps = Buffer.from(nal);
}

function lookAtH265(payload: Buffer): Look {
  const look: Look = { isKey: false, sets: {} };
  const type = payload.length > 0 ? (payload[0]! >> 1) & 0x3f : 0;
  if (type === 48) for (const nal of aggregated(payload, 2)) noteH265(nal, look);
  else if (type === 49) look.isKey = payload.length > 2 && isRandomAccess(payload[2]! & 0x3f);
  else noteH265(payload, look);
  return look;
}

function noteH265(nal: Buffer, look: Look): void {
  const type = nal.length > 0 ? (nal[0]! >> 1) & 0x3f : 0;
  if (isRandomAccess(type)) look.isKey = true;
  if (nal.length > MAX_SET_BYTES) return;
  if (type === 32) look.sets.vps = Buffer.from(nal);
  if (type === 33) look.sets.sps = Buffer.from(nal);
  if (type === 34) look.sets.pps = Buffer.from(nal);
}

/** BLA, IDR and CRA pictures (ITU-T H.265 table 7-1). */
const isRandomAccess = (type: number): boolean => type >= 16 && type <= 21;

/** The NAL units in an aggregation packet, as far as its lengths are true. */
function* aggregated(payload: Buffer, start: number): Generator<Buffer> {
  for (let at = start; at + 2 <= payload.length;) {
    const end = at + 2 + payload.readUInt16BE(at);
    if (end > payload.length) return;
    yield payload.subarray(at + 2, end);
    at = end;
  }
}
