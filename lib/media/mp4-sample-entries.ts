import { ascii, box, descriptor, fullBox, u16, u32, u8 } from './mp4-boxes.ts';
import type { AudioParameters, VideoParameters } from './packet.ts';

/** Profiles with chroma format and bit depths in their configuration (ISO 14496-15, 5.3.3.1.2). */
const HIGH_PROFILES = new Set([100, 110, 122, 144]);
const OBJECT_TYPE_AAC = 0x40;
const STREAM_TYPE_AUDIO = 0x15;

/**
 * Box `avc1` with `avcC` (ISO 14496-15): NAL unit lengths have four bytes, parameter sets are here and not in the
 * samples.
 */
export function avcEntry(video: VideoParameters): Buffer {
  const fixed = Buffer.concat([
    Buffer.alloc(6),
    u16(1),
    Buffer.alloc(16),
    u16(video.widthPx, video.heightPx),
    u32(0x0048_0000, 0x0048_0000, 0),
    u16(1),
    Buffer.alloc(32),
    u16(0x0018, 0xffff),
  ]);
  return box('avc1', fixed, box('avcC', avcConfiguration(video.sps, video.pps)));
}

/** The AVCDecoderConfigurationRecord (ISO 14496-15, 5.3.3.1). */
export function avcConfiguration(sps: Buffer, pps: Buffer): Buffer {
  const profile = sps[1] ?? 0;
  const head = u8(1, profile, sps[2] ?? 0, sps[3] ?? 0, 0xff, 0xe1);
  const sets = [head, u16(sps.length), sps, u8(1), u16(pps.length), pps];
  if (HIGH_PROFILES.has(profile)) {
    const { chromaFormat, lumaBits, chromaBits } = highProfileFields(sps);
    sets.push(u8(0xfc | chromaFormat, 0xf8 | (lumaBits - 8), 0xf8 | (chromaBits - 8), 0));
  }
  return Buffer.concat(sets);
}

/** The fields at the front of a high profile's sequence parameter set (ISO 14496-10, 7.3.2.1.1). */
function highProfileFields(sps: Buffer): { chromaFormat: number; lumaBits: number; chromaBits: number } {
  let position = 32;
  const bit = (): number => ((sps[position >> 3] ?? 0xff) >> (7 - (position++ & 7))) & 1;
  const golomb = (): number => {
    let zeros = 0;
    while (zeros < 16 && bit() === 0) zeros++;
    let value = 1;
    for (let left = zeros; left > 0; left--) value = value * 2 + bit();
    return value - 1;
  };
  golomb();
  const chromaFormat = golomb() & 3;
  if (chromaFormat === 3) bit();
  return { chromaFormat, lumaBits: 8 + (golomb() & 7), chromaBits: 8 + (golomb() & 7) };
}

/** Box `mp4a` with `esds` (ISO 14496-14, 5.6; ISO 14496-1, 7.2.6). */
export function aacEntry(audio: AudioParameters): Buffer {
  const decoder = descriptor(
    4,
    u8(OBJECT_TYPE_AAC, STREAM_TYPE_AUDIO, 0, 0, 0),
    u32(0, 0),
    descriptor(5, audio.config),
  );
  const fixed = Buffer.concat([
    Buffer.alloc(6),
    u16(1),
    Buffer.alloc(8),
    u16(audio.channels, 16, 0, 0),
    // The rate as 16.16. A rate that is too large is 0 here; readers take it from the AudioSpecificConfig.
    u32((audio.sampleRateHz < 65536 ? audio.sampleRateHz : 0) * 65536),
  ]);
  return box('mp4a', fixed, fullBox('esds', 0, 0, descriptor(3, u16(0), u8(0), decoder, descriptor(6, u8(2)))));
}

/** A language of three small letters in 15 bits (ISO 14496-12, 8.4.2.3); other text gives `und`. */
export function languageCode(language: string): Buffer {
  const letters = ascii(/^[a-z]{3}$/.test(language) ? language : 'und');
  return u16([...letters].reduce((code, letter) => code * 32 + (letter - 0x60), 0));
}
