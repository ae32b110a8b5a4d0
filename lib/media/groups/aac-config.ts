import type { AudioParameters } from '../packet.ts';
import { inEntry } from './mp4-index.ts';

/** Bytes of an audio sample entry before the boxes in it (ISO 14496-12, 12.2.3). */
const AUDIO_BYTES = 28;
const DECODER_SPECIFIC = 5;

/** Parameters of an `mp4a` entry; undefined if it has no AudioSpecificConfig, or a rate that it does not say. */
export function aacConfig(entry: Buffer): AudioParameters | undefined {
  const esds = inEntry(entry, 'esds', AUDIO_BYTES);
  const config = esds && specificIn(esds.subarray(4));
  if (!config || config.length < 2) return undefined;
  const [channels, sampleRateHz] = [entry.readUInt16BE(24), entry.readUInt32BE(32) / 65_536];
  return sampleRateHz > 0 ? { codec: 'aac', config, sampleRateHz, channels } : undefined;
}

/** Content of the decoder's own descriptor (ISO 14496-1, 7.2.6): descriptors of tags 3 and 4 hold it. */
function specificIn(data: Buffer): Buffer | undefined {
  const inner: Readonly<Record<number, number>> = { 3: 3, 4: 13 };
  for (let at = 0; at + 2 <= data.length;) {
    const tag = data[at]!;
    let length = 0;
    let next = at + 1;
    for (let more = true, count = 0; more && count < 4 && next < data.length; count++, next++) {
      length = length * 128 + (data[next]! & 0x7f);
      more = (data[next]! & 0x80) !== 0;
    }
    if (tag === DECODER_SPECIFIC) return data.subarray(next, next + length);
    at = next + (inner[tag] ?? length);
  }
  return undefined;
}
