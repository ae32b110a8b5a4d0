import { z } from 'zod';
import { layoutNumber } from '#firmware-config/schema/shapes.ts';
import { tenthsOfDb } from '#agent/device/meters.ts';
import { INPUTS, type InputNumber } from '#agent/device/state.ts';
import { audioPoints } from '#lib/sis/families/audio.ts';
import { refuse, resource, wish, type Json, type Resource, type SwisView } from './resource.ts';

const channelOf = (number: number): 'A' | 'B' => (number === 1 ? 'A' : 'B');
/** A switch, which is the number 0 or 1; `true` and `"1"` are refused (SWGO). */
export const flag = z.union([z.literal(0), z.literal(1)], 'must be the number 0 or 1');

type Point = keyof typeof audioPoints;
const POINTS = Object.keys(audioPoints).map(Number);

function meterOf({ state }: SwisView, point: number): number {
  const { of, side } = audioPoints[point as Point];
  const { leftDb, rightDb } = state.seen.meters[of];
  return tenthsOfDb(side === 'left' ? leftDb : rightDb);
}

/** Resources of inputs, layout and sound. */
export const pictureResources: readonly Resource[] = [
  resource({
    path: '/video/in/channel/{n}',
    numbers: [1, 2],
    about: 'A channel (1: A, 2: B) and the input that feeds it: 1 and 2 feed A, 3 to 5 feed B',
    effect: 'acts',
    source: 'EXPO',
    confidence: 'B',
    get({ state: { wanted } }, { number }) {
      const active_input = wanted.routing[channelOf(number)];
      return { active_input, name: wanted.inputs[active_input].name };
    },
    set: {
      access: 'user',
      value: z.object({ active_input: z.number() }).partial(),
      wishes(_, { active_input }, { number }) {
        const input = INPUTS.find((one) => one === active_input);
        if (!input) return refuse('E13', 'active_input must be 1 to 5');
        return [wish('input.select', { channel: channelOf(number), input: input satisfies InputNumber })];
      },
      example: { active_input: 2 },
    },
    example: { active_input: 1, name: 'Slides' },
  }),
  resource({
    path: '/video/out/1/presets/layout/active',
    about: 'The layout preset on show',
    effect: 'acts',
    source: 'EXPO',
    confidence: 'B',
    get: ({ state: { wanted } }) => ({ active_index: wanted.layoutNumber, name: wanted.layout.name }),
    set: {
      access: 'user',
      value: z.object({ active_index: layoutNumber }).partial(),
      wishes: (_, { active_index: number = 0 }) => [wish('layout.recall', { number, withInputs: false })],
      example: { active_index: 7 },
    },
    example: { active_index: 7, name: 'Side By Side' },
  }),
  resource({
    path: '/audio/dsp/oid/{n}/v',
    numbers: POINTS,
    about: 'Meter in tenths of dBFS: 60000 and 60001 are left and right of the output, 40000 to 40007 the inputs',
    effect: 'acts',
    source: 'EXPO',
    confidence: 'B',
    get: (view, { number }) => meterOf(view, number),
    example: -583,
  }),
  resource({
    path: '/audio/dsp/multiple_oid/v',
    about: 'Several of them at once: `?oids=60000,60001`',
    effect: 'acts',
    source: 'EXPO, its older edition',
    confidence: 'B',
    get(view, { query }) {
      const oids = (query.get('oids') ?? '').split(',').slice(0, POINTS.length).map(Number);
      if (!oids.every((oid) => POINTS.includes(oid)))
        return refuse('E13', `oids must be some of ${POINTS.join(', ')}, with commas between`);
      return Object.fromEntries(oids.map((oid): [string, Json] => [String(oid), meterOf(view, oid)]));
    },
    example: {},
  }),
  resource({
    path: '/audio/dsp/out',
    about: 'The output: whether it is mute',
    effect: 'acts',
    source: 'EXPO',
    confidence: 'B',
    get: ({ state }) => ({ mute: state.wanted.audio.outputMuted ? 1 : 0 }),
    set: {
      access: 'user',
      value: z.object({ mute: flag }).partial(),
      wishes: (_, { mute }) => [wish('audio.set', { outputMuted: mute === 1 })],
      example: { mute: 1 },
    },
    example: { mute: 0 },
  }),
];
