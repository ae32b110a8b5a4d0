import { z } from 'zod';
import { sis, snmp } from './control.ts';
import { archiveEncoder, channelBEncoder, confidenceEncoder } from './encoders.ts';
import { inputWanted, PICTURE, picture } from './inputs.ts';
import { group, key } from '../key.ts';
import { layoutNumber, shownLayout } from './layouts.ts';
import { DESCRIPTION, metadata } from './metadata.ts';
import { rectOf } from './rect.ts';
import { presets } from './presets.ts';
import { general, noSignalHoldMs, settings } from './settings.ts';
import { audio } from './sound.ts';
import { MULTICAST, multicast, push, stream } from './streams.ts';
import { PARTS } from '../phrases.ts';

/** Settings of a box in a file; any part of them may be given. */

const inputs = z.partialRecord(
  z.enum(['1', '2', '3', '4', '5']),
  inputWanted.partial().extend({ picture: group(picture.partial().optional(), PICTURE) }),
);

const routing = z.strictObject({
  A: key(z.union([z.literal(1), z.literal(2)]), {
    values: { 1: { en: 'input 1', fr: 'entrée 1' }, 2: { en: 'input 2', fr: 'entrée 2' } },
    label: { en: 'Channel A', fr: 'Canal A' },
    en: 'input of channel A',
    fr: 'entrée du canal A',
    sis: ['input.select'],
  }),
  B: key(z.union([z.literal(3), z.literal(4), z.literal(5)]), {
    values: {
      3: { en: 'input 3', fr: 'entrée 3' },
      4: { en: 'input 4', fr: 'entrée 4' },
      5: { en: 'input 5', fr: 'entrée 5' },
    },
    label: { en: 'Channel B', fr: 'Canal B' },
    en: 'input of channel B',
    fr: 'entrée du canal B',
    sis: ['input.select'],
  }),
});

const { channels: both, ...wholeSound } = audio.shape;
const { A, B } = both.shape;
const channels = z.strictObject({ A: A.partial(), B: B.partial() }).partial().optional();
const sound = z
  .strictObject(wholeSound)
  .partial()
  .extend({ channels: group(channels, { en: 'Channels', fr: 'Canaux' }) });

const ARCHIVE = { en: 'Archive', fr: 'Principal (archive)' };
const CHANNEL_B = { en: 'Channel B (dual mode)', fr: 'Canal B (mode double)' };
const CONFIDENCE = { en: 'Confidence', fr: 'Contrôle (confidence)' };

const encoders = z.strictObject({
  archive: group(archiveEncoder.partial(), ARCHIVE),
  'archive-b': group(channelBEncoder.partial(), CHANNEL_B),
  confidence: group(confidenceEncoder.partial(), CONFIDENCE),
});

const givenMulticast = group(
  key(multicast.optional().nullable(), {
    label: 'Multicast',
    en: 'multicast; null: none',
    fr: 'multicast',
    standard: 'null',
  }),
  MULTICAST,
);
const givenStream = stream.partial().extend({ multicast: givenMulticast });
const streams = z.strictObject({
  archive: group(givenStream, ARCHIVE),
  'archive-b': group(givenStream, CHANNEL_B),
  confidence: group(givenStream, CONFIDENCE),
});

const pushes = z
  .array(push)
  .max(32)
  .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, 'two push targets have the same id');

const burnt = {
  en: 'where a time code is burnt into the layout that the box starts with, for tests',
  unit: PARTS,
  standard: 'none',
};
/** Place of a time code of the box in the picture, for tests. */
const overlays = z.strictObject({
  timecode: rectOf({ x: burnt, y: burnt, width: burnt, height: burnt }).optional(),
});

const control = sis.partial().extend({
  snmp: group(snmp.partial().optional(), { en: 'SNMP', fr: 'SNMP' }),
  presets: group(presets.partial().optional(), { en: 'Presets', fr: 'Préréglages' }),
});

/** The wanted state at the first start; later requests change it. */
export const deviceSchema = z
  .strictObject({
    inputs: group(inputs, { en: 'Inputs', fr: 'Entrées' }, 'inputs'),
    routing: group(routing.partial(), { en: 'Input of each channel', fr: 'Entrée de chaque canal' }, 'inputs'),
    layout: key(layoutNumber, {
      label: { en: 'Layout preset', fr: 'Mise en page' },
      en: 'preset on show: 1 to 12 are the factory’s, 13 to 32 free',
      fr: 'mise en page à l’antenne : 1 à 12 d’usine, 13 à 32 libres',
      sis: ['preset.layout.recall', 'preset.layout.recall-windows'],
      section: 'picture',
    }),
    swapped: settings.shape.swapped,
    muted: group(settings.shape.muted.partial(), { en: 'Blank channels', fr: 'Canaux masqués' }, 'picture'),
    ...general,
    noSignalHoldMs,
    shown: group(
      key(shownLayout.nullable(), {
        label: { en: 'Layout on show', fr: 'Mise en page montrée' },
        en: 'the layout on show where it is not the preset as saved; null: it is',
        fr: 'la mise en page à l’antenne, si elle n’est pas celle enregistrée',
        sis: ['window.x', 'window.y', 'window.width', 'window.height', 'layout.background'],
      }),
      { en: 'Layout on show', fr: 'Mise en page à l’antenne' },
      'picture',
    ),
    layouts: group(settings.shape.layouts, { en: 'Saved layouts', fr: 'Mises en page enregistrées' }, 'picture'),
    audio: group(sound, { en: 'Sound', fr: 'Son' }, 'sound'),
    encoders: group(encoders.partial(), { en: 'Encoders', fr: 'Encodeurs' }, 'encoders'),
    streams: group(streams.partial(), { en: 'Streams', fr: 'Flux' }, 'streams'),
    pushes: group(pushes, { en: 'Push targets', fr: 'Envois' }, 'streams'),
    metadata: group(metadata.partial(), DESCRIPTION),
    overlays,
    sis: group(control, { en: 'Control protocol', fr: 'Protocole de commande' }, 'control'),
  })
  .partial();

/** The device's part of the configuration. */
export type DeviceConfig = z.output<typeof deviceSchema>;
