import type { Channel, Layout } from '#lib/media/layout.ts';
import type {
  DeviceState,
  EncoderWanted,
  InputNumber,
  InputSeen,
  InputWanted,
  Metadata,
  SavedLayout,
  Wanted,
} from './state.ts';

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

/** Layout presets go from 1 to 16; a number that nobody saved is the factory's, or empty. */
export const LAYOUT_NUMBERS = 16;

export function layoutOf(saved: Wanted['layouts'], factoryLayouts: readonly Layout[], number: number): SavedLayout {
  return saved[number] ?? factoryLayouts[number - 1] ?? { ...EMPTY_LAYOUT, name: `Layout ${number}` };
}

/** What a box wants that was never told anything. */
export function factoryWanted(factoryLayouts: readonly Layout[]): Wanted {
  const channel = { gainDb: 0, muted: false, delayMs: 0 };
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
  };
}

const OFF: InputSeen = { status: 'off', sinceMs: 0, reconnects: 0 };
const SILENCE = { leftDb: -150, rightDb: -150 };

/** A box that has just been switched on. */
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
