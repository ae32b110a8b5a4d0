import { z } from 'zod';
import { sis } from './control.ts';
import { archiveEncoder, confidenceEncoder } from './encoders.ts';
import { inputNumber, inputWanted } from './inputs.ts';
import { layout, layoutNumber } from './layouts.ts';
import { metadata } from './metadata.ts';
import { hallName, numbered } from './parts.ts';
import { audio } from './sound.ts';
import { push, stream } from './streams.ts';

const either = z.strictObject({ A: z.boolean(), B: z.boolean() });
const routing = z.strictObject({ A: inputNumber, B: inputNumber });

/** A layout preset remembers which inputs it was saved with. */
const savedLayout = layout.extend({ routing: routing.optional() });
export type SavedLayout = z.output<typeof savedLayout>;

/** All that a box wants, but for what it is recording: what a backup holds. */
export const settings = z.strictObject({
  hall: hallName,
  locale: z.enum(['fr', 'en']),
  inputs: z.strictObject({ 1: inputWanted, 2: inputWanted, 3: inputWanted, 4: inputWanted, 5: inputWanted }),
  routing,
  layout,
  layoutNumber,
  layouts: numbered(savedLayout),
  swapped: z.boolean(),
  muted: either,
  noSignal: z.strictObject({ holdMs: z.int().min(0).max(600_000) }),
  audio,
  encoders: z.strictObject({ archive: archiveEncoder, confidence: confidenceEncoder }),
  streams: z.strictObject({ archive: stream, confidence: stream }),
  pushes: z.array(push).max(32),
  metadata,
  sis,
});
export type Settings = z.output<typeof settings>;
