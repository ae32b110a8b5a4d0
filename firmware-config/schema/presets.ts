import { z } from 'zod';
import { encoderSettings } from './encoders.ts';
import { inputNumber, pictureSettings } from './inputs.ts';
import { metadata } from './metadata.ts';
import { numbered, presetName } from './parts.ts';
import { push, stream } from './streams.ts';

/** What is saved under a number and recalled (SMP 351 `1*` to `4*`, `R5*`). Layouts have a place of their own. */
export const presets = z.strictObject({
  user: z.strictObject({ names: numbered(presetName), ofInput: numbered(numbered(pictureSettings)) }),
  input: numbered(pictureSettings.extend({ name: presetName, input: inputNumber })),
  streaming: numbered(
    z.strictObject({
      name: presetName,
      stream,
      pushes: z.array(z.strictObject({ url: push.shape.url, enabled: z.boolean() })).max(2),
    }),
  ),
  encoder: numbered(z.strictObject({ name: presetName, settings: encoderSettings })),
  profile: numbered(z.strictObject({ name: presetName, metadata })),
});
export type Presets = z.output<typeof presets>;
