import { z } from 'zod';
import { archiveEncoder, encoder } from './encoders.ts';
import { inputWanted, picture } from './inputs.ts';
import { layout, layoutNumber, rect } from './layouts.ts';
import { metadata } from './metadata.ts';
import { settings } from './settings.ts';
import { audio, soundOfChannel } from './sound.ts';
import { push, stream } from './streams.ts';
import { sis } from './control.ts';

const overlays = z.strictObject({
  /** A time code of the box, burnt into the picture, that tests read back. */
  timecode: rect.optional(),
});

/** Null: no multicast. */
const givenStream = stream.partial().extend({ multicast: stream.shape.multicast.nullable() });

/** The part that says what the box wants at first; later requests change it. */
export const deviceSchema = z
  .strictObject({
    inputs: z.partialRecord(
      z.enum(['1', '2', '3', '4', '5']),
      inputWanted.partial().extend({ picture: picture.partial().optional() }),
    ),
    routing: z
      .strictObject({
        A: z.union([z.literal(1), z.literal(2)]),
        B: z.union([z.literal(3), z.literal(4), z.literal(5)]),
      })
      .partial(),
    layout: layoutNumber,
    /** The layout on show, where it is not the preset as it was saved. */
    shown: layout.nullable(),
    layouts: settings.shape.layouts,
    swapped: settings.shape.swapped,
    muted: settings.shape.muted.partial(),
    locale: z.enum(['fr', 'en']),
    noSignalHoldMs: z.int().min(0).max(600_000),
    audio: z.strictObject({
      from: audio.shape.from.optional(),
      outputMuted: z.boolean().optional(),
      channels: z.strictObject({ A: soundOfChannel.partial(), B: soundOfChannel.partial() }).partial().optional(),
    }),
    encoders: z
      .strictObject({
        archive: archiveEncoder.partial(),
        confidence: encoder.partial().extend({ enabled: z.boolean().optional() }),
      })
      .partial(),
    streams: z.strictObject({ archive: givenStream, confidence: givenStream }).partial(),
    pushes: z
      .array(push)
      .max(32)
      .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, 'two push targets have the same id'),
    metadata: metadata.partial(),
    overlays,
    sis: sis.partial().extend({
      snmp: sis.shape.snmp.partial().optional(),
      presets: sis.shape.presets.partial().optional(),
    }),
  })
  .partial();

export type DeviceConfig = z.infer<typeof deviceSchema>;
