import type { DeviceState } from '#agent/device/state.ts';
import type { AgentState } from '#lib/opencast/agent-state.ts';

/** A recording of which no picture came for so long does not capture anything. */
const PATIENCE_MS = 10_000;

/** What the box says of itself: that it captures only if pictures come, that it is idle only if it could. */
export function agentStateOf({ wanted, seen }: DeviceState, isSending: boolean, nowMs: number): AgentState {
  const halted = seen.alarms.some(({ name }) => name === 'record_halt');
  const { recording } = wanted;
  if (recording.state !== 'stopped') {
    if (halted) return 'error';
    const hasPictures = seen.recording.state === 'recording' || seen.recording.state === 'paused';
    const isLate = nowMs - (recording.startedAtMs ?? nowMs) > PATIENCE_MS;
    return hasPictures || !isLate ? 'capturing' : 'error';
  }
  if (isSending) return 'uploading';
  const disks = seen.disk;
  return disks.length > 0 && disks.every(({ usable }) => !usable) ? 'error' : 'idle';
}

export const DEVICE_NAMES = ['Channel A', 'Channel B'] as const;

/** The configuration of the agent; `live` becomes one of its inputs where somebody says where the live picture is watched. */
export function agentConfiguration(
  { wanted }: DeviceState,
  facts: { zone: string; url: string; pollSeconds: number; streamUrl: string; liveUrl?: string },
): Record<string, string> {
  const { widthPx, heightPx } = wanted.encoders.archive;
  const names = [...DEVICE_NAMES, ...(facts.liveUrl === undefined ? [] : ['live'])];
  return {
    'capture.device.names': names.join(','),
    'capture.device.timezone': facts.zone,
    'capture.device.Channel A.flavor': 'presentation/source',
    'capture.device.Channel B.flavor': 'presenter/source',
    [`capture.device.live.resolution.${widthPx}x${heightPx}`]: facts.liveUrl ?? facts.streamUrl,
    'capture.agent.name': wanted.hall,
    'capture.schedule.remote.polling.interval': String(Math.max(1, Math.round(facts.pollSeconds / 60))),
    'org.opencastproject.server.url': facts.url,
  };
}
