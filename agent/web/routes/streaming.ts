import { z } from 'zod';
import { requests } from '#agent/device/requests.ts';
import * as schema from '#firmware-config/schema/shapes.ts';
import { isMade } from '#agent/device/dual-mode.ts';
import type { DeviceState, PushWanted, StreamName } from '#agent/device/state.ts';
import * as answers from '../views/answers.ts';
import { change, changes } from '../views/ask.ts';
import { refused } from '#lib/http-api/refusal.ts';
import { notFound, refusedForMistakes } from '../http/refusal.ts';
import { jsonRoute, type Box, type Route } from '../http/route.ts';
import type { EncoderFacts } from '../views/sources.ts';
import { pushesView, streamView } from '../views/views.ts';
import { EXAMPLE_MOMENT, EXAMPLE_STATE } from './examples.ts';

const tag = 'streams';
const params = z.strictObject({ stream: z.enum(schema.STREAMS) });
const pushParams = z.strictObject({ id: schema.push.shape.id });
const stream = answers.rtspStream.extend(answers.at);
const encoder = answers.encoder.extend(answers.at);
const push = answers.push.extend(answers.at);
const pushes = z.object({ pushes: z.array(answers.push), ...answers.at });

const EXAMPLE_ENCODER: EncoderFacts = { family: 'software', restarts: 0, dropped: 0, kbps: 748 };
const examplePush = pushesView(EXAMPLE_STATE)[0];
const pushExample = { ...examplePush, at: EXAMPLE_MOMENT };
const pushBody = {
  name: 'Overflow room',
  enabled: true,
  stream: 'archive',
  url: 'rtmp://10.0.0.9/live/overflow',
} as const;

const encoderView = ({ wanted }: DeviceState, stream: StreamName, seen?: EncoderFacts) => ({
  stream,
  wanted: wanted.encoders[stream],
  seen,
});
const encoderNow = ({ device, sources }: Box, stream: StreamName) =>
  encoderView(device.state(), stream, sources.encoders()[stream]);

/** The streams that are encoded in the present mode. */
const streamsOf = ({ wanted }: DeviceState): StreamName[] => schema.STREAMS.filter((stream) => isMade(wanted, stream));

const mode = schema.settings.shape.encoderMode;
const output = schema.settings.shape.outputMode;
const encodersNow = (box: Box) => {
  const state = box.device.state();
  const { encoderMode, outputMode } = state.wanted;
  const encoders = streamsOf(state).map((stream) => encoderNow(box, stream));
  return { mode: encoderMode, output: outputMode, encoders };
};
const encodersExample = {
  mode: 'composite' as const,
  output: 'confidence' as const,
  encoders: [encoderView(EXAMPLE_STATE, 'archive', EXAMPLE_ENCODER)],
};

/** Routes for the encoders and the streams of the RTSP server. */
export const streamRoutes: readonly Route[] = [
  jsonRoute({
    id: 'getEncoders',
    method: 'GET',
    path: '/encoders',
    access: 'user',
    tag,
    summary: 'The encoder mode, what each encoder is to make, and how it fares',
    description: 'Channel B (`archive-b`) is among them in dual mode.',
    answer: z.object({ mode, output, encoders: z.array(answers.encoder) }),
    answerExample: encodersExample,
    run: ({ box }) => encodersNow(box),
  }),
  jsonRoute({
    id: 'changeEncoderMode',
    method: 'PATCH',
    path: '/encoders',
    access: 'admin',
    tag,
    summary: 'Encode one picture of both channels (composite), or each channel alone (dual)',
    description:
      'In dual mode the archive stream is channel A alone, and `archive-b` channel B alone; a recording has a file of each. The ' +
      'confidence stream goes on showing the layout. The mode cannot be changed while a recording runs (409). `output`: what the live ' +
      'picture shows in dual mode.',
    body: z.strictObject({ mode: mode.optional(), output: output.optional() }),
    bodyExample: { mode: 'dual' },
    refusals: [409],
    answer: z.object({ mode, output, encoders: z.array(answers.encoder), ...answers.at }),
    answerExample: { ...encodersExample, at: EXAMPLE_MOMENT },
    run(asked) {
      const { mode, output } = asked.body;
      const wishes = [
        ['encoder.mode', mode && { mode }],
        ['output.mode', output && { mode: output }],
      ] as const;
      return changes(asked, wishes, () => encodersNow(asked.box));
    },
  }),
  jsonRoute({
    id: 'getEncoder',
    method: 'GET',
    path: '/encoders/{stream}',
    access: 'user',
    tag,
    summary: 'One encoder',
    params,
    answer: answers.encoder,
    answerExample: encoderView(EXAMPLE_STATE, 'archive', EXAMPLE_ENCODER),
    run: ({ box, params: { stream } }) => encoderNow(box, stream),
  }),
  jsonRoute({
    id: 'changeEncoder',
    method: 'PATCH',
    path: '/encoders/{stream}',
    access: 'admin',
    tag,
    summary: 'Change what an encoder makes',
    description: 'The encoders of what is recorded cannot be changed while a recording runs (409).',
    params,
    body: requests['encoder.set'].params.shape.settings,
    bodyExample: { videoKbps: 1500, fps: 25 },
    refusals: [409],
    answer: encoder,
    answerExample: { ...encoderView(EXAMPLE_STATE, 'archive', EXAMPLE_ENCODER), at: EXAMPLE_MOMENT },
    run: (asked) =>
      change(asked, 'encoder.set', { ...asked.params, settings: asked.body }, () =>
        encoderNow(asked.box, asked.params.stream),
      ),
  }),
  jsonRoute({
    id: 'getStreams',
    method: 'GET',
    path: '/streams',
    access: 'user',
    tag,
    summary: 'The streams of the RTSP server, and who watches',
    description: 'Channel B (`archive-b`) is among them in dual mode.',
    answer: z.object({ streams: z.array(answers.rtspStream) }),
    answerExample: { streams: streamsOf(EXAMPLE_STATE).map((stream) => streamView(EXAMPLE_STATE, stream)) },
    run({ box }) {
      const state = box.device.state();
      return { streams: streamsOf(state).map((stream) => streamView(state, stream)) };
    },
  }),
  jsonRoute({
    id: 'getStream',
    method: 'GET',
    path: '/streams/{stream}',
    access: 'user',
    tag,
    summary: 'One stream of the RTSP server',
    params,
    answer: answers.rtspStream,
    answerExample: streamView(EXAMPLE_STATE, 'archive'),
    run: ({ box, params: { stream } }) => streamView(box.device.state(), stream),
  }),
  jsonRoute({
    id: 'changeStream',
    method: 'PATCH',
    path: '/streams/{stream}',
    access: 'admin',
    tag,
    summary: 'Switch a stream on or off, name it, give it a multicast group or take it away (null)',
    params,
    body: requests['stream.set'].params.shape.settings.partial(),
    bodyExample: { enabled: true, multicast: { address: '239.1.2.3', port: 5004, ttl: 4 } },
    answer: stream,
    answerExample: { ...streamView(EXAMPLE_STATE, 'archive'), at: EXAMPLE_MOMENT },
    run: (asked) =>
      change(asked, 'stream.set', { ...asked.params, settings: asked.body }, (state) =>
        streamView(state, asked.params.stream),
      ),
  }),
];

const withoutId = schema.push.omit({ id: true });

/** Routes for push targets, to which the box sends a stream. */
export const pushRoutes: readonly Route[] = [
  jsonRoute({
    id: 'getPushes',
    method: 'GET',
    path: '/pushes',
    access: 'user',
    tag,
    summary: 'The push targets, and how each fares',
    answer: pushes,
    answerExample: { pushes: pushesView(EXAMPLE_STATE) },
    run: ({ box }) => ({ pushes: pushesView(box.device.state()) }),
  }),
  jsonRoute({
    id: 'addPush',
    method: 'POST',
    path: '/pushes',
    access: 'admin',
    tag,
    summary: 'Add a push target',
    body: schema.push,
    bodyExample: { id: 'overflow', ...pushBody },
    refusals: [409],
    status: 201,
    answer: push,
    answerExample: pushExample,
    run(asked) {
      const { id } = asked.body;
      if (wantedPush(asked.box, id)) return refused(409, 'E14', `there is a push target ${id} already`);
      return change(asked, 'push.put', { push: asked.body }, pushView(id));
    },
  }),
  jsonRoute({
    id: 'getPush',
    method: 'GET',
    path: '/pushes/{id}',
    access: 'user',
    tag,
    summary: 'One push target',
    params: pushParams,
    answer: answers.push,
    answerExample: examplePush,
    run: ({ box, params: { id } }) =>
      pushesView(box.device.state()).find((one) => one.id === id) ?? notFound(`no push target has the id ${id}`),
  }),
  jsonRoute({
    id: 'putPush',
    method: 'PUT',
    path: '/pushes/{id}',
    access: 'admin',
    tag,
    summary: 'Add a push target, or replace the one of that id',
    params: pushParams,
    body: withoutId.extend({ id: schema.push.shape.id.optional() }),
    bodyExample: pushBody,
    refusals: [409],
    answer: push,
    answerExample: pushExample,
    run(asked) {
      const { id } = asked.params;
      if (asked.body.id !== undefined && asked.body.id !== id) {
        return refusedForMistakes([{ at: 'body.id', text: `must be ${id}, as in the path` }]);
      }
      return change(asked, 'push.put', { push: { ...asked.body, id } }, pushView(id));
    },
  }),
  jsonRoute({
    id: 'changePush',
    method: 'PATCH',
    path: '/pushes/{id}',
    access: 'admin',
    tag,
    summary: 'Change parts of a push target',
    params: pushParams,
    body: withoutId.partial(),
    bodyExample: { url: 'srt://10.0.0.9:9000' },
    answer: push,
    answerExample: pushExample,
    run(asked) {
      const { id } = asked.params;
      const before = wantedPush(asked.box, id);
      if (!before) return notFound(`no push target has the id ${id}`);
      return change(asked, 'push.put', { push: { ...before, ...asked.body } }, pushView(id));
    },
  }),
  jsonRoute({
    id: 'enablePush',
    method: 'POST',
    path: '/pushes/{id}/enable',
    access: 'user',
    tag,
    summary: 'Switch a push target on or off',
    params: pushParams,
    body: z.strictObject({ enabled: z.boolean().default(true) }),
    bodyExample: { enabled: true },
    answer: push,
    answerExample: pushExample,
    run: (asked) => change(asked, 'push.enable', { ...asked.params, ...asked.body }, pushView(asked.params.id)),
  }),
  jsonRoute({
    id: 'removePush',
    method: 'DELETE',
    path: '/pushes/{id}',
    access: 'admin',
    tag,
    summary: 'Take a push target away',
    params: pushParams,
    answer: pushes,
    answerExample: { pushes: [], at: EXAMPLE_MOMENT },
    run: (asked) => change(asked, 'push.remove', asked.params, (state) => ({ pushes: pushesView(state) })),
  }),
];

const wantedPush = ({ device }: Box, id: string): PushWanted | undefined =>
  device.state().wanted.pushes.find((push) => push.id === id);

const pushView =
  (id: string) =>
  (state: DeviceState): ReturnType<typeof pushesView>[number] => {
    const push = pushesView(state).find((one) => one.id === id);
    if (!push) throw new Error(`the push target ${id} is gone`);
    return push;
  };
