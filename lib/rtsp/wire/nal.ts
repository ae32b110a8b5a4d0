/**
 * Reads foreign video as far as the relay needs it: where a player can begin, and the parameter sets (RFC 6184, RFC
 * 7798).
 */
export interface ParameterSets {
  vps?: Buffer;
  sps?: Buffer;
  pps?: Buffer;
}

/** Findings in a payload: a key picture, and parameter sets. */
export interface Look {
  isKey: boolean;
  sets: ParameterSets;
}

type Reader = (payload: Buffer) => Look;

/**
 * Gives the reader for RTP payloads of a codec (its name in `a=rtpmap`, upper case). Undefined for an unknown codec:
 * then each picture counts as a key picture.
 */
export function readerFor(codec: string): Reader | undefined {
  if (codec === 'H264') return lookAtH264;
  if (codec === 'H265') return lookAtH265;
  return undefined;
}

/** The fields of `a=fmtp` with the parameter sets; empty until all of them are known. */
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

/** Whether an `a=fmtp` line has parameter sets. FFmpeg writes an empty field if it knows none. */
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
  // Encoders with periodic intra refresh send no IDR pictures; there a player can begin at the parameter sets.
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

/** Whether it is a BLA, IDR or CRA picture (ITU-T H.265 table 7-1). */
const isRandomAccess = (type: number): boolean => type >= 16 && type <= 21;

/** The NAL units of an aggregation packet, up to the first wrong length. */
function* aggregated(payload: Buffer, start: number): Generator<Buffer> {
  for (let at = start; at + 2 <= payload.length;) {
    const end = at + 2 + payload.readUInt16BE(at);
    if (end > payload.length) return;
    yield payload.subarray(at + 2, end);
    at = end;
  }
}
