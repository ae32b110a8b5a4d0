import { encoderPresetOf } from '#firmware-config/factory/encoder-presets.ts';
import { isDual, isMade } from '#agent/device/dual-mode.ts';
import { waitingNameOf } from '#agent/device/waiting-names.ts';
import { layoutOf } from '#firmware-config/factory/layout-presets.ts';
import type { presets } from '#lib/sis/families/presets.ts';
import type { StreamName } from '#lib/sis/families/fields.ts';
import type { Handlers, Refusal } from '#lib/sis/handlers.ts';
import { refuse } from '#lib/sis/handlers.ts';
import { done, wish, type SisWorld, type View } from './world.ts';

type PresetsRow = Extract<(typeof presets)[number], { by: 'device' }>;
type Numbered = 'user' | 'input' | 'streaming' | 'encoder';

/** A stream that the box can encode. */
export type Coded = Exclude<StreamName, 'virtual-1' | 'virtual-2'>;

/** Whether a stream exists now: that of channel B in dual mode alone, those of virtual inputs never. */
export const isCoded = ({ device }: View, stream: StreamName): stream is Coded =>
  stream !== 'virtual-1' && stream !== 'virtual-2' && isMade(device.wanted, stream);

const NONE = 'null';

function nameOf({ device }: View, family: Numbered, number: number): string {
  const { presets: saved } = device.wanted.sis;
  if (family === 'user') return saved.user.names[number] ?? NONE;
  const own = family === 'encoder' ? encoderPresetOf(saved.encoder, number) : saved[family][number];
  return own?.name ?? waitingNameOf(device.wanted, family, number) ?? NONE;
}

const named = (family: Numbered) => ({
  set: (view: View, { preset, name }: { preset: number; name: string }) =>
    done(view, wish('preset.name', { family, number: preset, name })),
  query: (view: View, { preset }: { preset: number }) => ({ name: nameOf(view, family, preset) }),
});

const deleted = (family: Numbered | 'profile') => ({
  act: (view: View, { preset }: { preset: number }) => done(view, wish('preset.delete', { family, number: preset })),
});

type OfStream = { stream: StreamName; preset: number };
const ofStream = (name: 'preset.save' | 'preset.recall', family: 'streaming' | 'encoder') => ({
  act: (view: View, { stream, preset }: OfStream): ReturnType<typeof done> | Refusal =>
    isCoded(view, stream) ? done(view, wish(name, { family, number: preset, stream })) : refuse('E14'),
});

type OfChannel = { channel: 'A' | 'B'; preset: number };
const ofChannel = (name: 'preset.save' | 'preset.recall', family: 'user' | 'input') => ({
  act: (view: View, { channel, preset }: OfChannel) => done(view, wish(name, { family, number: preset, channel })),
});

const savedFlags = (count: number, isSaved: (number: number) => boolean) => ({
  saved: Array.from({ length: count }, (_, index) => isSaved(index + 1)),
});

const recallLayout = (withInputs: boolean) => ({
  act: (view: View, { preset }: { preset: number }) =>
    done(view, wish('layout.recall', { number: preset, withInputs })),
});

/** Handlers for presets of all kinds (facts/smp351 2.6). */
export const presetsHandlers: Handlers<PresetsRow, SisWorld> = {
  'preset.user.recall': ofChannel('preset.recall', 'user'),
  'preset.user.save': ofChannel('preset.save', 'user'),
  'preset.user.name': named('user'),
  'preset.user.saved': {
    query({ device, personality }, { input }) {
      const saved = device.wanted.sis.presets.user.ofInput[input] ?? {};
      return savedFlags(personality.limits.userPresets, (number) => number in saved);
    },
  },
  'preset.input.recall': ofChannel('preset.recall', 'input'),
  'preset.input.save': ofChannel('preset.save', 'input'),
  'preset.input.name': named('input'),
  'preset.input.delete': deleted('input'),
  'preset.input.saved': {
    query: ({ device, personality }) =>
      savedFlags(personality.limits.inputPresets, (number) => number in device.wanted.sis.presets.input),
  },
  'preset.streaming.recall': ofStream('preset.recall', 'streaming'),
  'preset.streaming.save': ofStream('preset.save', 'streaming'),
  'preset.streaming.name': named('streaming'),
  'preset.streaming.delete': deleted('streaming'),
  'preset.encoder.recall': ofStream('preset.recall', 'encoder'),
  'preset.encoder.save': ofStream('preset.save', 'encoder'),
  'preset.encoder.name': named('encoder'),
  'preset.encoder.reset': deleted('encoder'),
  'profile.recall': {
    act: (view, { preset }) => done(view, wish('preset.recall', { family: 'profile', number: preset })),
  },
  'profile.active': { query: ({ device }) => ({ preset: device.wanted.sis.profile }) },
  'profile.view': {
    query({ device }, { preset }) {
      const saved = device.wanted.sis.presets.profile[preset];
      if (!saved) return refuse('E13');
      const { course, rights, series, ...metadata } = saved.metadata;
      const named = { ...metadata, course_id: course, copyright: rights, relation: series };
      return { json: JSON.stringify({ id: preset, name: saved.name, mode: device.wanted.encoderMode, ...named }) };
    },
  },
  'profile.delete': deleted('profile'),
  'preset.layout.recall': recallLayout(true),
  'preset.layout.save': { act: (view, { preset }) => done(view, wish('layout.save', { number: preset })) },
  'preset.layout.name': {
    set: (view, { preset, name }) => done(view, wish('layout.rename', { number: preset, name })),
    query: ({ device, facts }, { preset }) => ({
      name: layoutOf(device.wanted.layouts, facts.factoryLayouts, preset).name,
    }),
  },
  'preset.layout.reset': { act: (view, { preset }) => done(view, wish('layout.reset', { number: preset })) },
  'preset.layout.recall-windows': recallLayout(false),
  'preset.layout.recall-confidence': {
    // Layouts are shown by the confidence stream alone in dual mode; outside of it the command is not valid.
    act: (view, { preset }) =>
      isDual(view.device.wanted)
        ? done(view, wish('layout.recall', { number: preset, withInputs: false }))
        : refuse('E14'),
  },
  'audio.output': {
    act(view, { choice }) {
      const from = choice === 'A' ? 'A' : choice === 'B' || choice === 'B-dual-mono' ? 'B' : 'mix';
      const mono = choice === 'A+B-dual-mono' || choice === 'B-dual-mono';
      return done(view, wish('audio.set', { from, channels: { B: { mono } } }));
    },
  },
};
