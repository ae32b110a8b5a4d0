import { pushesWhileRecording } from '#agent/device/push-servers.ts';
import type { DeviceState } from '#agent/device/state.ts';
import { isSame } from './same.ts';
import type { Rules, What } from './step.ts';

/** What is offered by RTSP, and where streams are pushed. */
export function outputSteps(before: DeviceState | undefined, { wanted }: DeviceState): What[] {
  const { streams, pushes } = wanted;
  const steps: What[] = [];
  if (!isSame(before?.wanted.streams, streams)) steps.push({ do: 'offer streams', streams });
  if (!isSame(before?.wanted.pushes, pushes)) steps.push({ do: 'send pushes', pushes });
  return steps;
}

/** Pushes that are to run while a recording does (`pub_while_record`). A pause ends none. */
export function pushesWithRecording(before: DeviceState | undefined, { wanted }: DeviceState, rules: Rules): What[] {
  const enabled = wanted.recording.state !== 'stopped';
  if (!before || enabled === (before.wanted.recording.state !== 'stopped')) return [];
  return pushesWhileRecording(wanted, rules)
    .filter((push) => push.enabled !== enabled)
    .map(({ id }) => ({ do: 'switch push', id, enabled }));
}
