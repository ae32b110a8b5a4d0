import { encoderSettings, type EncoderSettings } from '../schema/device/encoders.ts';
import type { StreamName } from '../schema/device/streams.ts';
import type { Presets } from '../schema/device/presets.ts';
import { factoryOf } from '../schema/key.ts';

const encoderPreset = (name: string, changes: Partial<EncoderSettings>) => ({
  name,
  settings: factoryOf(encoderSettings, changes),
});
const HD = { widthPx: 1920, heightPx: 1080, fps: 30, audioKbps: 192 };
const STANDARD = { widthPx: 848, heightPx: 480, fps: 30 };

/**
 * The encoder presets of the factory. The names of 1 and 3 are the device's (reply to `43I`); a new box uses 4 and 8.
 */
const FACTORY_ENCODERS: Presets['encoder'] = {
  1: encoderPreset('1080p High', { ...HD, videoKbps: 5000 }),
  2: encoderPreset('1080p Low', { ...HD, videoKbps: 3000 }),
  3: encoderPreset('720 High', { fps: 30, videoKbps: 3000, audioKbps: 128 }),
  4: encoderPreset('720 Lecture', {}),
  5: encoderPreset('1024 High', { widthPx: 1024, heightPx: 768, fps: 30, videoKbps: 2000 }),
  6: encoderPreset('480 High', { ...STANDARD, videoKbps: 1000 }),
  7: encoderPreset('480 Low', { ...STANDARD, fps: 15, videoKbps: 500 }),
  8: encoderPreset('288 Confidence', { widthPx: 512, heightPx: 288, videoKbps: 250 }),
};

/** The encoder presets that a new box uses. */
export const STANDARD_ENCODERS: Record<StreamName, number> = { archive: 4, 'archive-b': 4, confidence: 8 };

/** Encoder preset of a number: the saved one, else the factory's; undefined: there is none. */
export const encoderPresetOf = (saved: Presets['encoder'], number: number): Presets['encoder'][number] | undefined =>
  saved[number] ?? FACTORY_ENCODERS[number];
