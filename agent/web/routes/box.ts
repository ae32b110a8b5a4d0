import { z } from 'zod';
import * as schema from '#firmware-config/schema/shapes.ts';
import type { DeviceState } from '#agent/device/state.ts';
import * as answers from '../views/answers.ts';
import { changes } from '../views/ask.ts';
import { jsonRoute, type Box, type Route } from '../http/route.ts';
import { stateView, statusView } from '../views/views.ts';
import { EXAMPLE_MOMENT, EXAMPLE_STATE } from './examples.ts';

const tag = 'box';
const about = ({ version, startedAtMs }: Box) => ({ version, startedAtMs, nowMs: Date.now() });
const nameOfBox = ({ wanted: { hall, locale, noSignal } }: DeviceState) => ({ hall, locale, noSignal });
const box = z.object({
  hall: schema.hallName,
  locale: z.enum(['fr', 'en']).describe('Language of dates in the picture'),
  noSignal: z.object({ holdMs: z.number().describe('So long the last picture stays before the slate') }),
});

/** Routes for the box as a whole. */
export const boxRoutes: readonly Route[] = [
  jsonRoute({
    id: 'getStatus',
    method: 'GET',
    path: '/status',
    access: 'user',
    tag,
    summary: 'The box at a glance: recording, inputs, streams, meters, disks, alarms',
    answer: answers.status,
    answerExample: statusView(EXAMPLE_STATE, { version: '0.1.0', startedAtMs: 1475740000000, nowMs: 1475740863000 }),
    run: ({ box }) => statusView(box.device.state(), about(box)),
  }),
  jsonRoute({
    id: 'getState',
    method: 'GET',
    path: '/state',
    access: 'user',
    tag,
    summary: 'All that is wanted and all that is seen',
    description: 'Secrets are shown as `***`. A source or a URL that is sent back with `***` keeps its secret.',
    answer: answers.state,
    answerExample: stateView(EXAMPLE_STATE),
    run: ({ box }) => stateView(box.device.state()),
  }),
  jsonRoute({
    id: 'getBox',
    method: 'GET',
    path: '/box',
    access: 'user',
    tag,
    summary: 'Its name, its language, and how long a lost picture stays',
    answer: box,
    answerExample: nameOfBox(EXAMPLE_STATE),
    run: ({ box }) => nameOfBox(box.device.state()),
  }),
  jsonRoute({
    id: 'changeBox',
    method: 'PATCH',
    path: '/box',
    access: 'admin',
    tag,
    summary: 'Name the hall, set the language of dates, and how long a lost picture stays',
    body: z.strictObject({
      hall: schema.hallName.optional(),
      locale: schema.settings.shape.locale.optional(),
      noSignal: schema.settings.shape.noSignal.optional(),
    }),
    bodyExample: { hall: 'lh100', locale: 'fr' },
    answer: box.extend(answers.at),
    answerExample: { ...nameOfBox(EXAMPLE_STATE), at: EXAMPLE_MOMENT },
    run(asked) {
      const { hall, locale, noSignal } = asked.body;
      return changes(
        asked,
        [
          ['hall.set', hall === undefined ? undefined : { hall }],
          ['locale.set', locale && { locale }],
          ['nosignal.set', noSignal],
        ],
        nameOfBox,
      );
    },
  }),
  jsonRoute({
    id: 'getAlarms',
    method: 'GET',
    path: '/alarms',
    access: 'user',
    tag,
    summary: 'What is wrong now',
    answer: z.object({ alarms: z.array(answers.alarm) }),
    answerExample: { alarms: stateView(EXAMPLE_STATE).seen.alarms },
    run: ({ box }) => ({ alarms: stateView(box.device.state()).seen.alarms }),
  }),
];
