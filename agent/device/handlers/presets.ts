import { encoderPresetOf } from '#firmware-config/factory/encoder-presets.ts';
import { archiveEncoder, channelBEncoder, confidenceEncoder, encoderSettings } from '#firmware-config/schema/shapes.ts';
import { metadataOf } from '../metadata.ts';
import { refuse, type Answer, type Handlers } from '../outcome.ts';
import type { Params } from '../requests.ts';
import { waitingNameOf, withoutWaitingName, withWaitingName } from '../waiting-names.ts';
import { streamNamed } from '../dual-mode.ts';
import type {
  DeviceState,
  EncoderSettings,
  InputNumber,
  PictureSettings,
  Presets,
  StreamName,
  Wanted,
} from '../state.ts';
import { channelOf } from '../state.ts';
import { isRecording } from './streaming.ts';

type Of<Family> = Extract<Params<'preset.save'>, { family: Family }>;

const FREE = refuse('E13', 'nothing is saved under this number');

const withPresets = (wanted: Wanted, changes: Partial<Presets>): Wanted => ({
  ...wanted,
  sis: { ...wanted.sis, presets: { ...wanted.sis.presets, ...changes } },
});

const pictureOf = ({ aspect, crop, picture }: PictureSettings): PictureSettings => ({ aspect, crop, picture });

const withPicture = (wanted: Wanted, input: InputNumber, settings: PictureSettings): Wanted => ({
  ...wanted,
  inputs: { ...wanted.inputs, [input]: { ...wanted.inputs[input], ...settings } },
});

const ENCODER_KEYS = encoderSettings.keyof().options;

const encoderSettingsOf = ({ encoders }: Wanted, stream: StreamName): EncoderSettings =>
  Object.fromEntries(ENCODER_KEYS.map((key) => [key, encoders[stream][key]])) as EncoderSettings;

/** Id of the push target that the control protocol calls primary (1) or backup (2) of a stream. */
export const pushIdOf = (stream: StreamName, server: number): string => `rtmp-${stream}-${server}`;

function saveUser(wanted: Wanted, { number, channel }: Of<'user'>): Wanted {
  const { user } = wanted.sis.presets;
  const input = wanted.routing[channel];
  const ofThis = { ...user.ofInput[input], [number]: pictureOf(wanted.inputs[input]) };
  return withPresets(wanted, { user: { ...user, ofInput: { ...user.ofInput, [input]: ofThis } } });
}

function saveInput(wanted: Wanted, { number, channel }: Of<'input'>): Wanted {
  const input = wanted.routing[channel];
  const { input: presets } = wanted.sis.presets;
  const name = presets[number]?.name ?? waitingNameOf(wanted, 'input', number) ?? wanted.inputs[input].name;
  return withPresets(wanted, { input: { ...presets, [number]: { ...pictureOf(wanted.inputs[input]), name, input } } });
}

function saveStreaming(wanted: Wanted, { number, stream }: Of<'streaming'>): Wanted {
  const { streaming } = wanted.sis.presets;
  const pushes = wanted.pushes.filter((push) => push.stream === stream).slice(0, 2);
  const saved = {
    name: streaming[number]?.name ?? waitingNameOf(wanted, 'streaming', number) ?? `Preset ${number}`,
    stream: wanted.streams[stream],
    pushes: pushes.map(({ url, enabled }) => ({ url, enabled })),
  };
  return withPresets(wanted, { streaming: { ...streaming, [number]: saved } });
}

function saveEncoder(wanted: Wanted, { number, stream }: Of<'encoder'>): Wanted {
  const { encoder } = wanted.sis.presets;
  const name = encoderPresetOf(encoder, number)?.name ?? waitingNameOf(wanted, 'encoder', number) ?? `Preset ${number}`;
  return withPresets(wanted, {
    encoder: { ...encoder, [number]: { name, settings: encoderSettingsOf(wanted, stream) } },
  });
}

function saveProfile(wanted: Wanted, { number }: Of<'profile'>): Wanted {
  const { profile } = wanted.sis.presets;
  const name = profile[number]?.name ?? waitingNameOf(wanted, 'profile', number) ?? `Profile ${number}`;
  return withPresets(wanted, { profile: { ...profile, [number]: { name, metadata: metadataOf(wanted) } } });
}

function recallUser({ wanted }: DeviceState, { number, channel }: Of<'user'>): Answer {
  const input = wanted.routing[channel];
  const saved = wanted.sis.presets.user.ofInput[input]?.[number];
  return saved ? { wanted: withPicture(wanted, input, saved) } : FREE;
}

function recallInput({ wanted }: DeviceState, { number, channel }: Of<'input'>): Answer {
  const saved = wanted.sis.presets.input[number];
  if (!saved) return FREE;
  if (channelOf(saved.input) !== channel) return refuse('E13', `input ${saved.input} does not feed channel ${channel}`);
  const routed = { ...wanted, routing: { ...wanted.routing, [channel]: saved.input } };
  return { wanted: withPicture(routed, saved.input, pictureOf(saved)) };
}

function recallStreaming({ wanted }: DeviceState, { number, stream }: Of<'streaming'>): Answer {
  const saved = wanted.sis.presets.streaming[number];
  if (!saved) return FREE;
  // Two streams cannot have the same name: if another stream has the preset's name, this stream keeps its own.
  const isTaken = streamNamed(wanted, saved.stream.name, stream) !== undefined;
  const name = isTaken ? wanted.streams[stream].name : saved.stream.name;
  const before = wanted.pushes.filter((push) => push.stream === stream);
  const pushes = saved.pushes.map((push, index) => ({
    ...(before[index] ?? { id: pushIdOf(stream, index + 1), name: `${stream} ${index + 1}` }),
    ...push,
    stream,
  }));
  const others = wanted.pushes.filter((push) => !before.slice(0, 2).includes(push));
  const streams = { ...wanted.streams, [stream]: { ...saved.stream, name } };
  return { wanted: { ...wanted, streams, pushes: [...others, ...pushes] } };
}

function recallEncoder(state: DeviceState, { number, stream }: Of<'encoder'>): Answer {
  const { wanted } = state;
  const saved = encoderPresetOf(wanted.sis.presets.encoder, number);
  if (!saved) return FREE;
  if (stream !== 'confidence' && isRecording(state))
    return refuse('E22', 'an archive encoder cannot be changed while it is recorded');
  const schema = { archive: archiveEncoder, 'archive-b': channelBEncoder, confidence: confidenceEncoder }[stream];
  const after = schema.safeParse({ ...wanted.encoders[stream], ...saved.settings });
  if (!after.success) return refuse('E13', 'these settings are too small for what is recorded');
  return { wanted: { ...wanted, encoders: { ...wanted.encoders, [stream]: after.data } } };
}

function recallProfile(state: DeviceState, { number }: Of<'profile'>): Answer {
  const { wanted } = state;
  const saved = wanted.sis.presets.profile[number];
  if (!saved) return FREE;
  if (isRecording(state)) return refuse('E22', 'a profile cannot be recalled while a recording runs');
  const recording = { ...wanted.recording, metadata: saved.metadata };
  return { wanted: { ...wanted, recording, sis: { ...wanted.sis, profile: number } } };
}

function saved(wanted: Wanted, params: Params<'preset.save'>): Wanted {
  switch (params.family) {
    case 'user':
      return saveUser(wanted, params);
    case 'input':
      return saveInput(wanted, params);
    case 'streaming':
      return saveStreaming(wanted, params);
    case 'encoder':
      return saveEncoder(wanted, params);
    case 'profile':
      return saveProfile(wanted, params);
  }
}

function recalled(state: DeviceState, params: Params<'preset.recall'>): Answer {
  switch (params.family) {
    case 'user':
      return recallUser(state, params);
    case 'input':
      return recallInput(state, params);
    case 'streaming':
      return recallStreaming(state, params);
    case 'encoder':
      return recallEncoder(state, params);
    case 'profile':
      return recallProfile(state, params);
  }
}

function named(wanted: Wanted, { family, number, name }: Params<'preset.name'>): Answer {
  const { presets } = wanted.sis;
  if (family === 'user') {
    const names = { ...presets.user.names, [number]: name };
    return { wanted: withPresets(wanted, { user: { ...presets.user, names } }) };
  }
  const before = family === 'encoder' ? encoderPresetOf(presets.encoder, number) : presets[family][number];
  // The name of a preset that is not saved yet is kept for it.
  if (!before) return { wanted: withWaitingName(wanted, family, number, name) };
  return { wanted: withPresets(wanted, { [family]: { ...presets[family], [number]: { ...before, name } } }) };
}

function without<Kept>(presets: Record<number, Kept>, number: number): Record<number, Kept> {
  const { [number]: _, ...others } = presets;
  return others;
}

/** Handlers for all presets except layouts. */
export const presetHandlers: Handlers<'preset.save' | 'preset.recall' | 'preset.name' | 'preset.delete'> = {
  'preset.save'({ wanted }, params) {
    const { family, number } = params;
    const after = saved(wanted, params);
    return { wanted: family === 'user' ? after : withoutWaitingName(after, family, number) };
  },
  'preset.recall': recalled,
  'preset.name': ({ wanted }, params) => named(wanted, params),
  'preset.delete'({ wanted }, { family, number }) {
    const { presets } = wanted.sis;
    if (family !== 'user') {
      const after = withPresets(wanted, { [family]: without<unknown>(presets[family], number) });
      return { wanted: withoutWaitingName(after, family, number) };
    }
    const ofInput = Object.fromEntries(
      Object.entries(presets.user.ofInput).map(([input, kept]) => [input, without(kept, number)]),
    );
    return { wanted: withPresets(wanted, { user: { names: without(presets.user.names, number), ofInput } }) };
  },
};
