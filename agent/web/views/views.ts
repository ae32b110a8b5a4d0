import { channelOf, INPUTS, type DeviceState, type InputNumber, type RecordingSeen } from '#agent/device/state.ts';
import { hideInSeen, hideInState, hideInWanted } from '#agent/device/secrets.ts';

/** What is told of the box: pure, and without secrets. */

/** The recording that runs: what is so, as soon as it is asked for. */
export function recordingView({ wanted, seen }: DeviceState) {
  const { state: wantedState, startedAtMs, endsAtMs, bookingId } = wanted.recording;
  const same = seen.recording.take === wanted.recording.take || wantedState === 'stopped';
  const { elapsedMs, bytes, file, destination }: Partial<RecordingSeen> = same ? seen.recording : {};
  return {
    state: stateOfRecording({ wanted, seen }),
    wanted: wantedState,
    take: wanted.recording.take ?? seen.recording.take,
    bookingId,
    startedAtMs,
    endsAtMs,
    file,
    destination,
    elapsedMs: elapsedMs ?? 0,
    bytes: bytes ?? 0,
    metadata: wanted.metadata,
  };
}

/** What a person calls it: a start that was asked for is being set up, a stop that was asked for is being finished. */
function stateOfRecording({ wanted, seen }: DeviceState): RecordingSeen['state'] {
  const [want, is] = [wanted.recording.state, seen.recording.state];
  if (want === 'stopped') return is === 'stopped' ? 'stopped' : 'finalizing';
  const running = ['recording', 'paused'].includes(is) && seen.recording.take === wanted.recording.take;
  return running ? want : 'setup';
}

export function inputView(state: DeviceState, number: InputNumber) {
  const [wanted, seen] = [hideInWanted(state.wanted), hideInSeen(state.seen, state.wanted)];
  const channel = channelOf(number);
  return {
    number,
    channel,
    selected: state.wanted.routing[channel] === number,
    wanted: wanted.inputs[number],
    seen: seen.inputs[number],
  };
}

export const inputsView = (state: DeviceState) => INPUTS.map((number) => inputView(state, number));

export const layoutView = ({ wanted }: DeviceState) => ({
  number: wanted.layoutNumber,
  swapped: wanted.swapped,
  muted: wanted.muted,
  routing: wanted.routing,
  layout: wanted.layout,
});

export const pushesView = (state: DeviceState) => {
  const { pushes } = hideInWanted(state.wanted);
  const seen = hideInSeen(state.seen, state.wanted).pushes;
  return pushes.map((push) => ({ ...push, seen: seen[push.id] ?? { status: 'off' as const, sinceMs: 0 } }));
};

export const streamView = ({ wanted, seen }: DeviceState, stream: 'archive' | 'confidence') => ({
  stream,
  ...wanted.streams[stream],
  seen: seen.streams[stream],
});

/** Hours that a recording could go on: what the archive encoder makes, and 2 % for the container. */
export function diskView({ wanted, seen }: DeviceState) {
  const { videoKbps, audioKbps } = wanted.encoders.archive;
  const bytesPerHour = ((videoKbps + audioKbps) * 1000 * 3600 * 1.02) / 8;
  return seen.disk.map((disk) => ({
    ...disk,
    hoursLeft: disk.usable ? Math.round((disk.freeBytes / bytesPerHour) * 10) / 10 : 0,
  }));
}

/** All at a glance. */
export function statusView(state: DeviceState, about: { version: string; startedAtMs: number; nowMs: number }) {
  const { wanted } = state;
  const seen = hideInSeen(state.seen, wanted);
  const inputs = INPUTS.map((number) => {
    const { name, source } = wanted.inputs[number];
    const channel = channelOf(number);
    const selected = wanted.routing[channel] === number;
    return { number, channel, selected, name, driver: source.driver, ...seen.inputs[number] };
  });
  return {
    hall: wanted.hall,
    locale: wanted.locale,
    versions: { amphi: about.version, node: process.versions.node },
    startedAtMs: about.startedAtMs,
    nowMs: about.nowMs,
    recording: recordingView(state),
    layout: { number: wanted.layoutNumber, name: wanted.layout.name, swapped: wanted.swapped },
    inputs,
    streams: { archive: streamView(state, 'archive'), confidence: streamView(state, 'confidence') },
    pushes: pushesView(state),
    meters: seen.meters,
    disk: diskView(state),
    frames: seen.frames,
    alarms: seen.alarms,
  };
}

export const stateView = hideInState;
