import { offeredStreams, sentPushes } from '#agent/device/dual-mode.ts';
import { pushesWhileRecording } from '#agent/device/push-servers.ts';
import type { DeviceState } from '#agent/device/state.ts';
import { isSame } from './same.ts';
import type { Rules, What } from './step.ts';

/** Steps for the streams that RTSP offers, and for the targets to which streams are pushed. */
export function outputSteps(before: DeviceState | undefined, { wanted }: DeviceState): What[] {
  if (before?.wanted === wanted) return [];
  const [streams, pushes] = [offeredStreams(wanted), sentPushes(wanted)];
  const steps: What[] = [];
  if (!before || !isSame(offeredStreams(before.wanted), streams)) steps.push({ do: 'offer streams', streams });
  if (!before || !isSame(sentPushes(before.wanted), pushes)) steps.push({ do: 'send pushes', pushes });
  return steps;
}

/**
 * Steps that switch pushes on and off with the recording, for those that are set to run while one does
 * (`pub_while_record`). A pause switches none off.
 */
export function pushesWithRecording(before: DeviceState | undefined, { wanted }: DeviceState, rules: Rules): What[] {
  const enabled = wanted.recording.state !== 'stopped';
  if (!before || enabled === (before.wanted.recording.state !== 'stopped')) return [];
  return pushesWhileRecording(wanted, rules)
    .filter((push) => push.enabled !== enabled)
    .map(({ id }) => ({ do: 'switch push', id, enabled }));
}
