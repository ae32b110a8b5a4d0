import {
  channelOf,
  INPUTS,
  type DeviceState,
  type InputNumber,
  type RecordingSeen,
  type Seen,
  type StreamName,
  type Wanted,
} from '#agent/device/state.ts';
import { isDual, recordedKbps } from '#agent/device/dual-mode.ts';
import { metadataOf } from '#agent/device/metadata.ts';
import { hideInSeen, hideInState, hideInWanted } from '#agent/device/secrets.ts';
import { withError, withSaid } from './said.ts';

/** The views of the box's state for clients: pure, and without secrets. */

/** The running recording, as it is from the moment a request was accepted. */
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
    metadata: metadataOf(wanted),
  };
}

/** The state for people: `setup` from a start on until it records, `finalizing` from a stop on until it is finished. */
function stateOfRecording({ wanted, seen }: DeviceState): RecordingSeen['state'] {
  const [want, is] = [wanted.recording.state, seen.recording.state];
  if (want === 'stopped') return is === 'stopped' ? 'stopped' : 'finalizing';
  const running = ['recording', 'paused'].includes(is) && seen.recording.take === wanted.recording.take;
  return running ? want : 'setup';
}

/** The seen state without secrets, with the sentences of what went wrong. */
export function seenView(seen: Seen, wanted: Wanted) {
  return withSentences(hideInSeen(seen, wanted));
}

function withSentences(seen: Seen) {
  const pushes = Object.entries(seen.pushes).map(([id, push]) => [id, withError(push)] as const);
  const { 1: one, 2: two, 3: three, 4: four, 5: five } = seen.inputs;
  return {
    ...seen,
    inputs: {
      1: withError(one),
      2: withError(two),
      3: withError(three),
      4: withError(four),
      5: withError(five),
    },
    pushes: Object.fromEntries(pushes),
    alarms: seen.alarms.map(withSaid),
  };
}

/** An input with what is wanted and what is seen. */
export function inputView(state: DeviceState, number: InputNumber) {
  const [wanted, seen] = [hideInWanted(state.wanted), seenView(state.seen, state.wanted)];
  const channel = channelOf(number);
  return {
    number,
    channel,
    selected: state.wanted.routing[channel] === number,
    wanted: wanted.inputs[number],
    seen: seen.inputs[number],
  };
}

/** All inputs. */
export const inputsView = (state: DeviceState) => INPUTS.map((number) => inputView(state, number));

/** The layout on show. */
export const layoutView = ({ wanted }: DeviceState) => ({
  number: wanted.layoutNumber,
  swapped: wanted.swapped,
  muted: wanted.muted,
  routing: wanted.routing,
  layout: wanted.layout,
});

/** The push targets with their state. */
export const pushesView = (state: DeviceState) => {
  const { pushes } = hideInWanted(state.wanted);
  const seen = seenView(state.seen, state.wanted).pushes;
  return pushes.map((push) => ({ ...push, seen: seen[push.id] ?? { status: 'off' as const, sinceMs: 0 } }));
};

/** A stream with its state. */
export const streamView = ({ wanted, seen }: DeviceState, stream: StreamName) => ({
  stream,
  ...wanted.streams[stream],
  seen: seen.streams[stream],
});

/** The disks. The hours left count what is recorded, and 2 % for the container. */
export function diskView({ wanted, seen }: DeviceState) {
  const bytesPerHour = (recordedKbps(wanted) * 1000 * 3600 * 1.02) / 8;
  return seen.disk.map((disk) => ({
    ...disk,
    hoursLeft: disk.usable ? Math.round((disk.freeBytes / bytesPerHour) * 10) / 10 : 0,
  }));
}

/** The whole state in short. */
export function statusView(state: DeviceState, about: { version: string; startedAtMs: number; nowMs: number }) {
  const { wanted } = state;
  const seen = seenView(state.seen, wanted);
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
    streams: {
      archive: streamView(state, 'archive'),
      ...(isDual(wanted) ? { 'archive-b': streamView(state, 'archive-b') } : {}),
      confidence: streamView(state, 'confidence'),
    },
    pushes: pushesView(state),
    meters: seen.meters,
    disk: diskView(state),
    frames: seen.frames,
    alarms: seen.alarms,
  };
}

/** The wanted and seen state without secrets. */
export function stateView(state: DeviceState) {
  const { wanted, seen } = hideInState(state);
  return { wanted, seen: withSentences(seen) };
}
