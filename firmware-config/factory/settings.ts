import type { Layout } from '#lib/media/layout.ts';
import type { SisWanted } from '../schema/control.ts';
import type { InputWanted } from '../schema/inputs.ts';
import type { Metadata } from '../schema/metadata.ts';
import type { Settings } from '../schema/settings.ts';
import { ARCHIVE } from './encoders.ts';
import { layoutOf } from './layouts.ts';

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

const factoryInput = (number: number): InputWanted => ({
  name: `Input ${number}`,
  source: { driver: 'off' },
  aspect: 'follow',
  crop: { left: 0, top: 0, right: 0, bottom: 0 },
  picture: { brightness: 64, contrast: 64, colour: 64, tint: 64 },
});

/** What a box wants that was never told anything. */
export function factorySettings(factoryLayouts: readonly Layout[]): Settings {
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
    metadata: NO_METADATA,
    sis: FACTORY_SIS,
  };
}

/** As the SMP 351 has it (guide): 5 minutes, 5 seconds, no presets but the factory's. */
const FACTORY_SIS: SisWanted = {
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
