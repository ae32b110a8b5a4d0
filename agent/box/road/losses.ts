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

/** Alarms of destinations that were chosen and are not there: recordings go elsewhere. */
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

/** Chosen destinations without a disk; none before the disks were looked at. */
function missingOf({ wanted, seen }: DeviceState): string[] {
  if (seen.disk.length === 0) return [];
  const isThere = (name: string): boolean =>
    seen.disk.some(({ destination, usable }) => usable && (destination === name || destination.startsWith(`${name}/`)));
  return wanted.sis.destination.split('+').filter((name) => name !== 'auto' && name !== 'internal' && !isThere(name));
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
