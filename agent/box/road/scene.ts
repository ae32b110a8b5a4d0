import { isDual } from '#agent/device/dual-mode.ts';
import { metadataOf } from '#agent/device/metadata.ts';
import type { DeviceState, Wanted } from '#agent/device/state.ts';
import { isSame } from './same.ts';
import type { What } from './step.ts';

/** All settings on which the picture, its sound and its encoders depend. */
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
  // Layouts, in dual mode: each channel, which is encoded alone, may have the overlays of one.
  isDual(wanted) ? wanted.layouts : undefined,
  wanted.sis.pattern,
  // The settings from here on stand in titles.
  metadataOf(wanted),
  wanted.hall,
  wanted.locale,
  wanted.recording.startedAtMs,
];

/** A step that shows the scene anew if one of its settings changed; the engine keeps the parts that are the same. */
export function sceneSteps(before: DeviceState | undefined, { wanted }: DeviceState): What[] {
  if (before?.wanted === wanted) return [];
  if (before && isSame(shownOf(before.wanted), shownOf(wanted))) return [];
  return [{ do: 'show scene', wanted }];
}
