import { archiveEncoder, channelBEncoder } from '#firmware-config/schema/shapes.ts';
import { isDual, streamNamed } from '../dual-mode.ts';
import { refuse, type Answer, type Handlers } from '../outcome.ts';
import type { Params } from '../requests.ts';
import { withoutPoints, withPoint } from '../audio-points.ts';
import type { DeviceState, Wanted } from '../state.ts';

/** Whether a recording runs, pauses, or is being set up. */
export const isRecording = ({ wanted, seen }: DeviceState): boolean =>
  wanted.recording.state !== 'stopped' || seen.recording.state === 'setup';

/** Handlers for sound, encoders, streams and push targets. */
export const streamingHandlers: Handlers<
  | 'audio.set'
  | 'encoder.mode'
  | 'output.mode'
  | 'encoder.set'
  | 'stream.set'
  | 'push.put'
  | 'push.enable'
  | 'push.remove'
> = {
  'audio.set'({ wanted }, { channels = {}, points = [], ...changes }) {
    const { A, B } = wanted.audio.channels;
    const after = { A: { ...A, ...channels.A }, B: { ...B, ...channels.B } };
    let next: Wanted = { ...wanted, audio: { ...wanted.audio, ...changes, channels: after } };
    for (const channel of ['A', 'B'] as const) {
      const { gainDb, muted } = channels[channel] ?? {};
      next = withoutPoints(next, channel, { gain: gainDb !== undefined, mute: muted !== undefined });
    }
    const { outputGainDb: gain, outputMuted: mute } = changes;
    next = withoutPoints(next, 'output', { gain: gain !== undefined, mute: mute !== undefined });
    for (const point of points) next = withPoint(next, point);
    return { wanted: next };
  },

  'encoder.mode'(state, { mode }) {
    const { wanted } = state;
    if (mode === wanted.encoderMode) return { wanted };
    if (isRecording(state))
      return refuse('E22', 'the encoder mode cannot be changed while a recording runs: stop it first');
    const after: Wanted = { ...wanted, encoderMode: mode };
    const { name } = wanted.streams['archive-b'];
    const other = isDual(after) ? streamNamed(after, name, 'archive-b') : undefined;
    if (other) return refuse('E14', `the streams of channel B and ${other} are both named ${name}: rename one first`);
    return { wanted: after };
  },

  'output.mode': ({ wanted }, { mode }) => ({ wanted: { ...wanted, outputMode: mode } }),

  'encoder.set': (state, { stream, settings }) =>
    stream === 'confidence' ? confidenceSet(state, settings) : recordedSet(state, stream, settings),

  'stream.set'({ wanted }, { stream, settings: { multicast, ...changes } }) {
    const other = streamNamed(wanted, changes.name, stream);
    if (other) return refuse('E13', `the ${other} stream is named ${changes.name} already`);
    const { multicast: before, ...rest } = wanted.streams[stream];
    const group = multicast === null ? undefined : (multicast ?? before);
    const after = { ...rest, ...changes, ...(group ? { multicast: group } : {}) };
    return { wanted: { ...wanted, streams: { ...wanted.streams, [stream]: after } } };
  },

  'push.put'({ wanted }, { push }) {
    const at = wanted.pushes.findIndex(({ id }) => id === push.id);
    if (at < 0 && wanted.pushes.length >= 32) return refuse('E14', '32 push targets at most');
    const pushes = at < 0 ? [...wanted.pushes, push] : wanted.pushes.with(at, push);
    return { wanted: { ...wanted, pushes } };
  },
  'push.enable'({ wanted }, { id, enabled }) {
    if (!wanted.pushes.some((push) => push.id === id)) return refuse('E28', `no push target has the id ${id}`);
    return {
      wanted: { ...wanted, pushes: wanted.pushes.map((push) => (push.id === id ? { ...push, enabled } : push)) },
    };
  },
  'push.remove'({ wanted }, { id }) {
    const pushes = wanted.pushes.filter((push) => push.id !== id);
    if (pushes.length === wanted.pushes.length) return refuse('E28', `no push target has the id ${id}`);
    return { wanted: { ...wanted, pushes } };
  },
};

type EncoderChange = Params<'encoder.set'>['settings'];

function confidenceSet({ wanted }: DeviceState, { recorded, overlaysOf, ...settings }: EncoderChange): Answer {
  if (recorded !== undefined) return refuse('E13', 'the confidence stream is never recorded: leave out "recorded"');
  if (overlaysOf !== undefined)
    return refuse('E13', 'the confidence stream shows the layout, with its overlays: leave out "overlaysOf"');
  const confidence = { ...wanted.encoders.confidence, ...settings };
  return { wanted: { ...wanted, encoders: { ...wanted.encoders, confidence } } };
}

function recordedSet(state: DeviceState, stream: 'archive' | 'archive-b', settings: EncoderChange): Answer {
  const { wanted } = state;
  const { enabled, ...changes } = settings;
  if (isRecording(state))
    return refuse('E22', 'the archive encoder cannot be changed while it is recorded: stop first');
  if (enabled !== undefined && stream === 'archive')
    return refuse('E13', 'the archive encoder is always on: leave out "enabled"');
  if (enabled !== undefined) return refuse('E13', 'channel B is encoded in dual mode: set that by encoder.mode');
  const schema = stream === 'archive' ? archiveEncoder : channelBEncoder;
  const after = schema.safeParse({ ...wanted.encoders[stream], ...changes });
  if (!after.success)
    return refuse('E13', after.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  return { wanted: { ...wanted, encoders: { ...wanted.encoders, [stream]: after.data } } };
}
