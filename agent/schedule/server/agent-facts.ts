import { isDual } from '#agent/device/dual-mode.ts';
import type { DeviceState } from '#agent/device/state.ts';
import type { AgentState } from '#lib/opencast/agent-state.ts';

/** Time in ms without a picture after which a recording no longer counts as capturing. */
const PATIENCE_MS = 10_000;

/** The agent's state (facts/opencast 1.4): `capturing` only while pictures come, `idle` only if it could record. */
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

/** The inputs that the agent announces, as an SMP 351 does (facts/opencast 4.1). */
export const DEVICE_NAMES = ['Channel A', 'Channel B'] as const;

/** Flavors that a server expects for the channels of an SMP 351. */
const USUAL_FLAVORS = { A: 'presentation/source', B: 'presenter/source' };

/**
 * The agent's configuration for the server. `live` is one of its inputs if the address of the live picture is
 * configured. In dual mode the channels have the flavors with which their files are handed over (`flavors`).
 */
export function agentConfiguration(
  { wanted }: DeviceState,
  facts: {
    zone: string;
    url: string;
    pollSeconds: number;
    streamUrl: string;
    liveUrl?: string;
    flavors: { A: string; B: string };
  },
): Record<string, string> {
  const flavors = isDual(wanted) ? facts.flavors : USUAL_FLAVORS;
  const { widthPx, heightPx } = wanted.encoders.archive;
  const names = [...DEVICE_NAMES, ...(facts.liveUrl === undefined ? [] : ['live'])];
  return {
    'capture.device.names': names.join(','),
    'capture.device.timezone': facts.zone,
    'capture.device.Channel A.flavor': flavors.A,
    'capture.device.Channel B.flavor': flavors.B,
    [`capture.device.live.resolution.${widthPx}x${heightPx}`]: facts.liveUrl ?? facts.streamUrl,
    'capture.agent.name': wanted.hall,
    'capture.schedule.remote.polling.interval': String(Math.max(1, Math.round(facts.pollSeconds / 60))),
    'org.opencastproject.server.url': facts.url,
  };
}
