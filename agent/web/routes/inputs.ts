import { z } from 'zod';
import { requests } from '#agent/device/requests.ts';
import * as schema from '#firmware-config/schema/shapes.ts';
import type { DeviceState } from '#agent/device/state.ts';
import * as answers from '../views/answers.ts';
import { change, changes } from '../views/ask.ts';
import { jsonRoute, type Route } from '../http/route.ts';
import { inputsView, inputView } from '../views/views.ts';
import { EXAMPLE_MOMENT, EXAMPLE_STATE } from './examples.ts';

const tag = 'picture';
const params = z.strictObject({ number: schema.inputNumber });
const routing = z.object({ A: schema.inputNumber, B: schema.inputNumber });
const channels = z.object({
  routing,
  muted: z.object({ A: z.boolean(), B: z.boolean() }),
  swapped: z.boolean(),
});
const channelsView = ({ wanted: { routing, muted, swapped } }: DeviceState) => ({ routing, muted, swapped });

/** Routes for the inputs, and which of them feed the two channels. */
export const inputRoutes: readonly Route[] = [
  jsonRoute({
    id: 'getInputs',
    method: 'GET',
    path: '/inputs',
    access: 'user',
    tag,
    summary: 'The five inputs: what each is to be, and what comes in',
    answer: z.object({ inputs: z.array(answers.input) }),
    answerExample: { inputs: inputsView(EXAMPLE_STATE) },
    run: ({ box }) => ({ inputs: inputsView(box.device.state()) }),
  }),
  jsonRoute({
    id: 'getInput',
    method: 'GET',
    path: '/inputs/{number}',
    access: 'user',
    tag,
    summary: 'One input',
    params,
    answer: answers.input,
    answerExample: inputView(EXAMPLE_STATE, 1),
    run: ({ box, params }) => inputView(box.device.state(), params.number),
  }),
  jsonRoute({
    id: 'changeInput',
    method: 'PATCH',
    path: '/inputs/{number}',
    access: 'admin',
    tag,
    summary: 'Change source, name, aspect, crop or picture of an input',
    description: 'A source is given whole. `***` in it stands for the secret that was there before.',
    params,
    body: requests['input.set'].params.omit({ input: true }),
    bodyExample: {
      name: 'Slides',
      source: { driver: 'rtsp', url: 'rtsp://10.0.0.21/slides', transport: 'tcp', user: 'amphi', password: 'secret' },
    },
    answer: answers.input.extend(answers.at),
    answerExample: { ...inputView(EXAMPLE_STATE, 1), at: EXAMPLE_MOMENT },
    run: (asked) =>
      change(asked, 'input.set', { ...asked.body, input: asked.params.number }, (state) =>
        inputView(state, asked.params.number),
      ),
  }),
  jsonRoute({
    id: 'getChannels',
    method: 'GET',
    path: '/channels',
    access: 'user',
    tag,
    summary: 'Which input feeds each channel, and which channels are blanked or have traded places',
    answer: channels,
    answerExample: channelsView(EXAMPLE_STATE),
    run: ({ box }) => channelsView(box.device.state()),
  }),
  jsonRoute({
    id: 'changeChannels',
    method: 'PATCH',
    path: '/channels',
    access: 'user',
    tag,
    summary: 'Choose the input of a channel, blank it, let both trade places',
    body: z.strictObject({
      routing: z
        .strictObject({ A: z.int().min(1).max(2).optional(), B: z.int().min(3).max(5).optional() })
        .optional()
        .describe('Channel A takes the inputs 1 and 2, channel B the inputs 3 to 5'),
      muted: z.strictObject({ A: z.boolean().optional(), B: z.boolean().optional() }).optional(),
      swapped: z.boolean().optional(),
    }),
    bodyExample: { routing: { A: 2 }, muted: { B: false } },
    answer: channels.extend(answers.at),
    answerExample: { ...channelsView(EXAMPLE_STATE), at: EXAMPLE_MOMENT },
    run(asked) {
      const { routing, muted, swapped } = asked.body;
      const select = (channel: 'A' | 'B') => routing?.[channel] && { channel, input: routing[channel] };
      const mute = (channel: 'A' | 'B') =>
        muted?.[channel] === undefined ? undefined : { channel, muted: muted[channel] };
      return changes(
        asked,
        [
          ['input.select', select('A') || undefined],
          ['input.select', select('B') || undefined],
          ['channel.mute', mute('A')],
          ['channel.mute', mute('B')],
          ['channels.swap', swapped === undefined ? undefined : { swapped }],
        ],
        channelsView,
      );
    },
  }),
  jsonRoute({
    id: 'swap',
    method: 'POST',
    path: '/swap',
    access: 'user',
    tag,
    summary: 'Let channels A and B trade places, or say whether they do',
    body: requests['channels.swap'].params,
    bodyExample: {},
    answer: z.object({ swapped: z.boolean(), ...answers.at }),
    answerExample: { swapped: true, at: EXAMPLE_MOMENT },
    run: (asked) => change(asked, 'channels.swap', asked.body, ({ wanted: { swapped } }) => ({ swapped })),
  }),
];
