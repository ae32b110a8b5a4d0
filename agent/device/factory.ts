import type { Channel, Layout } from '#lib/media/layout.ts';
import type {
  DeviceState,
  EncoderSettings,
  EncoderWanted,
  InputNumber,
  InputSeen,
  InputWanted,
  Metadata,
  Presets,
  SavedLayout,
  SisWanted,
  Wanted,
} from './state.ts';

/** The metadata of a recording without any. */
export const NO_METADATA: Metadata = {
  title: '',
  presenter: '',
  series: '',
  course: '',
  contributor: '',
  coverage: '',
  description: '',
  format: '',
  identifier: '',
  language: '',
  publisher: '',
  rights: '',
  source: '',
  subject: '',
  type: '',
};

const ARCHIVE: EncoderWanted = {
  widthPx: 1280,
  heightPx: 720,
  fps: 15,
  videoKbps: 750,
  rateControl: 'cvbr',
  gopFrames: 30,
  profile: 'high',
  audioKbps: 80,
  hardware: 'auto',
};

const factoryInput = (number: number): InputWanted => ({
  name: `Input ${number}`,
  source: { driver: 'off' },
  aspect: 'follow',
  crop: { left: 0, top: 0, right: 0, bottom: 0 },
  picture: { brightness: 64, contrast: 64, colour: 64, tint: 64 },
});

const EMPTY_LAYOUT: Layout = { name: 'Empty', background: { colour: '#000000' }, windows: [], overlays: [] };

/** Number of layout presets; a number that was never saved is the factory's, or empty. */
export const LAYOUT_NUMBERS = 16;

/** The layout of a number. */
export function layoutOf(saved: Wanted['layouts'], factoryLayouts: readonly Layout[], number: number): SavedLayout {
  return saved[number] ?? factoryLayouts[number - 1] ?? { ...EMPTY_LAYOUT, name: `Layout ${number}` };
}

/** The wanted state of a new box. */
export function factoryWanted(factoryLayouts: readonly Layout[]): Wanted {
  const channel = { gainDb: 0, muted: false, delayMs: 0, mono: false };
  return {
    hall: 'Amphi',
    locale: 'fr',
    inputs: { 1: factoryInput(1), 2: factoryInput(2), 3: factoryInput(3), 4: factoryInput(4), 5: factoryInput(5) },
    routing: { A: 1, B: 3 },
    layout: layoutOf({}, factoryLayouts, 2),
    layoutNumber: 2,
    layouts: {},
    swapped: false,
    muted: { A: false, B: false },
    noSignal: { holdMs: 2000 },
    audio: { from: 'mix', channels: { A: channel, B: channel }, outputMuted: false },
    encoders: {
      archive: ARCHIVE,
      confidence: { ...ARCHIVE, widthPx: 512, heightPx: 288, videoKbps: 250, hardware: 'off', enabled: true },
    },
    streams: { archive: { enabled: true, name: 'extron1' }, confidence: { enabled: true, name: 'extron3' } },
    pushes: [],
    recording: { state: 'stopped' },
    metadata: NO_METADATA,
    sis: FACTORY_SIS,
  };
}

/** The factory's settings of the SMP 351 (guide): 5 minutes, 5 seconds, no presets but the factory's. */
export const FACTORY_SIS: SisWanted = {
  destination: 'internal',
  countdownSeconds: 5,
  pattern: 'off',
  thumbnails: 'small',
  zone: null,
  idleMs: 300_000,
  ports: {},
  snmp: { contact: 'Not Specified', location: 'Not Specified', community: 'public', enabled: false },
  presets: { user: { names: {}, ofInput: {} }, input: {}, streaming: {}, encoder: {}, profile: {} },
  profile: 0,
  kept: {},
};

const encoderPreset = (name: string, changes: Partial<EncoderSettings>) => {
  const { hardware: _, ...settings } = ARCHIVE;
  return { name, settings: { ...settings, ...changes } };
};
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
export const STANDARD_ENCODERS = { archive: 4, confidence: 8 } as const;

/** An encoder preset: the saved one, else the factory's. */
export const encoderPresetOf = (saved: Presets['encoder'], number: number): Presets['encoder'][number] | undefined =>
  saved[number] ?? FACTORY_ENCODERS[number];

const OFF: InputSeen = { status: 'off', sinceMs: 0, reconnects: 0 };
const SILENCE = { leftDb: -150, rightDb: -150 };

/** The state of a box that was just switched on. */
export function initialState(wanted: Wanted): DeviceState {
  const inputs: Record<InputNumber, InputSeen> = { 1: OFF, 2: OFF, 3: OFF, 4: OFF, 5: OFF };
  const meters: Record<Channel | 'output', typeof SILENCE> = { A: SILENCE, B: SILENCE, output: SILENCE };
  return {
    wanted,
    seen: {
      inputs,
      recording: { state: 'stopped', elapsedMs: 0, bytes: 0 },
      streams: { archive: { players: 0, kbps: 0, encoder: '' }, confidence: { players: 0, kbps: 0, encoder: '' } },
      pushes: {},
      meters,
      disk: [],
      frames: { composed: 0, late: 0, dropped: 0 },
      recordingsRevision: 0,
      alarms: [],
    },
  };
}
