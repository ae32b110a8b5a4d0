import { isDual } from '#agent/device/dual-mode.ts';
import { metadataOf } from '#agent/device/metadata.ts';
import type { DeviceState, Wanted } from '#agent/device/state.ts';
import { isSame } from './same.ts';
import type { What } from './step.ts';

/** All of what is wanted that the picture, its sound and its encoders are made of. */
const shownOf = (wanted: Wanted): readonly unknown[] => [
  wanted.layout,
  wanted.inputs,
  wanted.routing,
  wanted.swapped,
  wanted.muted,
  wanted.noSignal,
  wanted.audio,
  wanted.encoders,
  wanted.encoderMode,
  // Channels that are encoded alone may have overlays of these.
  isDual(wanted) ? wanted.layouts : undefined,
  wanted.sis.pattern,
  // Titles say these.
  metadataOf(wanted),
  wanted.hall,
  wanted.locale,
  wanted.recording.startedAtMs,
];

/** The scene is shown anew when something of it changed; the engine keeps all that is the same in it. */
export function sceneSteps(before: DeviceState | undefined, { wanted }: DeviceState): What[] {
  if (before?.wanted === wanted) return [];
  if (before && isSame(shownOf(before.wanted), shownOf(wanted))) return [];
  return [{ do: 'show scene', wanted }];
}
