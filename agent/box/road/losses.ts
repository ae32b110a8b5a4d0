import type { DeviceState } from '#agent/device/state.ts';
import type { Channel } from '#lib/media/layout.ts';
import type { What } from './step.ts';

/** Alarms of channels without a picture. Looked at when settings or inputs change: one that somebody cleared stays away till then. */
export function lossSteps(before: DeviceState | undefined, after: DeviceState): What[] {
  if (before?.wanted === after.wanted && before.seen.inputs === after.seen.inputs) return [];
  return (['A', 'B'] as const).flatMap((channel): What[] => {
    const text = lossOf(after, channel);
    const alarm = { name: 'video_loss' as const, about: channel };
    const known = after.seen.alarms.find(({ name, about }) => name === alarm.name && about === channel);
    if (text === known?.text) return [];
    if (text === undefined) return [{ do: 'clear alarm', alarm }];
    return [{ do: 'raise alarm', alarm: { ...alarm, level: 'critical', text } }];
  });
}

/** A channel whose input is there in the settings but gives no picture: none any more, or none yet though it was tried. */
function lossOf({ wanted, seen }: DeviceState, channel: Channel): string | undefined {
  const number = wanted.routing[channel];
  const { name, source } = wanted.inputs[number];
  const { status, error } = seen.inputs[number];
  const isLost = status === 'lost' || (status === 'connecting' && error !== undefined);
  if (source.driver === 'off' || !isLost) return undefined;
  return `no signal on input ${number} (${name}): ${error ?? 'it does not answer'}`;
}
