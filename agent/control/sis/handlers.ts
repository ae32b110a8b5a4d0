import type { Handlers } from '#lib/sis/handlers.ts';
import type { DeviceRow } from '#lib/sis/rows.ts';
import { audioHandlers } from './audio.ts';
import { encoderHandlers } from './encoder.ts';
import { informationHandlers } from './information.ts';
import { inputsHandlers } from './inputs.ts';
import { networkHandlers } from './network.ts';
import { presetsHandlers } from './presets.ts';
import { recordingHandlers } from './recording.ts';
import { systemHandlers } from './system.ts';
import type { SisWorld } from './world.ts';

/** The handlers of all rows that the device answers; if one is missing, this file does not compile. */
export const deviceHandlers: Handlers<DeviceRow, SisWorld> = {
  ...informationHandlers,
  ...systemHandlers,
  ...networkHandlers,
  ...inputsHandlers,
  ...recordingHandlers,
  ...presetsHandlers,
  ...encoderHandlers,
  ...audioHandlers,
};
