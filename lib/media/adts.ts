/** One AAC frame of an ADTS stream (ISO 14496-3, 1.A.2.2). */
export interface AdtsFrame {
  /** The AudioSpecificConfig that belongs to the header. */
  config: Buffer;
  sampleRateHz: number;
  channels: number;
  /** The raw frame without its header. */
  data: Buffer;
}

const RATES = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350];

/** Splits ADTS bytes into frames; bytes that are no whole frame are left out. */
export function splitAdts(data: Buffer): AdtsFrame[] {
  const frames: AdtsFrame[] = [];
  for (let at = 0; at + 7 <= data.length;) {
    if (data[at] !== 0xff || ((data[at + 1] ?? 0) & 0xf6) !== 0xf0) {
      at++;
      continue;
    }
    const length = (data.readUInt32BE(at + 2) >> 5) & 0x1fff;
    if (length < 7 || at + length > data.length) break;
    frames.push(frameAt(data.subarray(at, at + length)));
    at += length;
  }
  return frames;
}

function frameAt(frame: Buffer): AdtsFrame {
  const header = ((frame[1] ?? 0) & 1) === 1 ? 7 : 9;
  const objectType = ((frame[2] ?? 0) >> 6) + 1;
  const rateIndex = ((frame[2] ?? 0) >> 2) & 15;
  const channels = (((frame[2] ?? 0) & 1) << 2) | ((frame[3] ?? 0) >> 6);
  const config = Buffer.from([(objectType << 3) | (rateIndex >> 1), ((rateIndex & 1) << 7) | (channels << 3)]);
  return { config, sampleRateHz: RATES[rateIndex] ?? 48000, channels, data: frame.subarray(header) };
}
