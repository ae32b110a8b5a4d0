import type { DeviceState } from '#agent/device/state.ts';
import type { Channel } from '#lib/media/layout.ts';
import type { What } from './step.ts';

/**
 * Steps for the alarms of channels without a picture. They are planned when settings or inputs change, so an alarm that
 * a person cleared stays away until then.
 */
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

/**
 * Steps for the alarms of destinations that were chosen for recordings and have no disk: recordings go to another disk.
 */
export function missingDisks(before: DeviceState | undefined, after: DeviceState): What[] {
  if (before?.wanted.sis === after.wanted.sis && before.seen.disk === after.seen.disk) return [];
  const [was, is] = [before ? missingOf(before) : [], missingOf(after)];
  const alarmOf = (about: string) => ({ name: 'disk_error' as const, about });
  return [
    ...was.filter((name) => !is.includes(name)).map((name): What => ({ do: 'clear alarm', alarm: alarmOf(name) })),
    ...is
      .filter((name) => !was.includes(name))
      .map((name): What => {
        const text = `${name} was chosen for recordings and is not there: they go where there is room`;
        return { do: 'raise alarm', alarm: { ...alarmOf(name), level: 'warning', text } };
      }),
  ];
}

/** Names of the chosen destinations that have no disk; an empty list before the disks were first looked at. */
function missingOf({ wanted, seen }: DeviceState): string[] {
  if (seen.disk.length === 0) return [];
  const isThere = (name: string): boolean =>
    seen.disk.some(({ destination, usable }) => usable && (destination === name || destination.startsWith(`${name}/`)));
  return wanted.sis.destination.split('+').filter((name) => name !== 'auto' && name !== 'internal' && !isThere(name));
}

/**
 * The text of the alarm if the channel's input is set up but gives no picture: it lost its signal, or it has none yet
 * and an attempt failed. Undefined: no alarm.
 */
function lossOf({ wanted, seen }: DeviceState, channel: Channel): string | undefined {
  const number = wanted.routing[channel];
  const { name, source } = wanted.inputs[number];
  const { status, error } = seen.inputs[number];
  const isLost = status === 'lost' || (status === 'connecting' && error !== undefined);
  if (source.driver === 'off' || !isLost) return undefined;
  return `no signal on input ${number} (${name}): ${error ?? 'it does not answer'}`;
}
