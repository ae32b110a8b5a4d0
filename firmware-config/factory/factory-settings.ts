import type { Layout } from '#lib/media/layout.ts';
import { archiveEncoder, channelBEncoder, confidenceEncoder } from '../schema/device/encoders.ts';
import { inputWanted, type InputWanted } from '../schema/device/inputs.ts';
import { metadata, type Metadata } from '../schema/device/metadata.ts';
import { settings, type Settings } from '../schema/device/settings.ts';
import { stream } from '../schema/device/streams.ts';
import { factoryOf } from '../schema/key.ts';
import { layoutOf } from './layout-presets.ts';

/** Metadata of a recording without any. */
export const NO_METADATA: Metadata = factoryOf(metadata);

const input = (number: number): InputWanted =>
  factoryOf(inputWanted, { name: `Input ${number}`, source: { driver: 'off' } });

/** The settings of a new box: those of the schema's rows, except for what is set here. */
export function factorySettings(factoryLayouts: readonly Layout[]): Settings {
  return factoryOf(settings, {
    inputs: { 1: input(1), 2: input(2), 3: input(3), 4: input(4), 5: input(5) },
    routing: { A: 1, B: 3 },
    layout: layoutOf({}, factoryLayouts, 2),
    layoutNumber: 2,
    encoders: {
      archive: factoryOf(archiveEncoder),
      'archive-b': factoryOf(channelBEncoder),
      confidence: factoryOf(confidenceEncoder, { widthPx: 512, heightPx: 288, videoKbps: 250, hardware: 'off' }),
    },
    streams: {
      archive: factoryOf(stream, { name: 'extron1' }),
      'archive-b': factoryOf(stream, { name: 'extron2' }),
      confidence: factoryOf(stream, { name: 'extron3' }),
    },
  });
}
