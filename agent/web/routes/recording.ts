import { z } from 'zod';
import { requests, type RequestName } from '#agent/device/requests.ts';
import * as schema from '#firmware-config/schema/shapes.ts';
import { metadataOf } from '#agent/device/metadata.ts';
import type { DeviceState } from '#agent/device/state.ts';
import * as answers from '../views/answers.ts';
import { change } from '../views/ask.ts';
import { jsonRoute, type Route } from '../http/route.ts';
import { recordingView } from '../views/views.ts';
import { EXAMPLE_MOMENT, EXAMPLE_STATE } from './examples.ts';

const tag = 'recording';
const answer = z.object({ recording: answers.recording, ...answers.at });
const view = (state: DeviceState) => ({ recording: recordingView(state) });
const answerExample = { ...view(EXAMPLE_STATE), at: EXAMPLE_MOMENT };
const metadataView = ({ wanted }: DeviceState) => metadataOf(wanted);

const action = (
  word: 'start' | 'stop' | 'pause' | 'resume' | 'mark' | 'extend',
  bodyExample: Record<string, unknown>,
  description?: string,
): Route => {
  const name: RequestName = `record.${word}`;
  return jsonRoute({
    id: `${word}Recording`,
    method: 'POST',
    path: `/recording/${word}`,
    access: requests[name].access,
    tag,
    summary: requests[name].summary,
    description,
    body: requests[name].params,
    bodyExample,
    refusals: [409],
    answer,
    answerExample,
    run: (asked) => change(asked, name, asked.body, view),
  });
};

/** Routes for the running recording and its description. */
export const recordingRoutes: readonly Route[] = [
  jsonRoute({
    id: 'getRecording',
    method: 'GET',
    path: '/recording',
    access: 'user',
    tag,
    summary: 'What is recorded now',
    answer,
    answerExample,
    run: ({ box }) => view(box.device.state()),
  }),
  action(
    'start',
    { metadata: { title: 'Thermodynamique', presenter: 'É. Clapeyron', series: 'PHY-201' }, minutes: 90 },
    'Metadata that are not given here are those set since the last recording ended, else those of the hall (`device.metadata` ' +
      'of the settings). ' +
      'With `minutes` it ends by itself. 409 while a recording runs; a paused one goes on.',
  ),
  action('stop', {}, 'Nothing to stop is no error.'),
  action('pause', {}),
  action('resume', {}),
  action('mark', { title: 'Second principle' }),
  action('extend', { minutes: 15 }, 'For a recording that ends by itself; 409 for others.'),
  jsonRoute({
    id: 'getMetadata',
    method: 'GET',
    path: '/metadata',
    access: 'user',
    tag,
    summary: 'The description of what is recorded, or will be',
    answer: answers.metadata,
    answerExample: metadataView(EXAMPLE_STATE),
    run: ({ box }) => metadataView(box.device.state()),
  }),
  jsonRoute({
    id: 'changeMetadata',
    method: 'PATCH',
    path: '/metadata',
    access: 'user',
    tag,
    summary: 'Describe what is recorded, or will be',
    body: schema.metadata.partial(),
    bodyExample: { title: 'Thermodynamique II' },
    answer: z.object({ metadata: answers.metadata, ...answers.at }),
    answerExample: { metadata: metadataView(EXAMPLE_STATE), at: EXAMPLE_MOMENT },
    run: (asked) => change(asked, 'metadata.set', asked.body, (state) => ({ metadata: metadataView(state) })),
  }),
];

/** Routes for sound. */
export const soundRoutes: readonly Route[] = [
  jsonRoute({
    id: 'getAudio',
    method: 'GET',
    path: '/audio',
    access: 'user',
    tag: 'sound',
    summary: 'Where the sound comes from, and how loud it is',
    answer: z.object({ wanted: answers.audio, meters: answers.meters }),
    answerExample: { wanted: EXAMPLE_STATE.wanted.audio, meters: EXAMPLE_STATE.seen.meters },
    run: ({ box }) => audioView(box.device.state()),
  }),
  jsonRoute({
    id: 'changeAudio',
    method: 'PATCH',
    path: '/audio',
    access: 'user',
    tag: 'sound',
    summary: requests['audio.set'].summary,
    body: requests['audio.set'].params,
    bodyExample: { from: 'B', channels: { B: { gainDb: 6 } } },
    answer: z.object({ wanted: answers.audio, meters: answers.meters, ...answers.at }),
    answerExample: { ...audioView(EXAMPLE_STATE), at: EXAMPLE_MOMENT },
    run: (asked) => change(asked, 'audio.set', asked.body, audioView),
  }),
];

function audioView({ wanted, seen }: DeviceState) {
  return { wanted: wanted.audio, meters: seen.meters };
}
