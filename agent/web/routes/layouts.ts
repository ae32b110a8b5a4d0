import { z } from 'zod';
import * as schema from '#firmware-config/schema/shapes.ts';
import * as answers from '../views/answers.ts';
import { change } from '../views/ask.ts';
import { notFound } from '../http/refusal.ts';
import { jsonRoute, type Box, type Route } from '../http/route.ts';
import { layoutView } from '../views/views.ts';
import { EXAMPLE_LAYOUT, EXAMPLE_MOMENT, EXAMPLE_STATE } from './examples.ts';

const tag = 'picture';
const params = z.strictObject({ number: schema.layoutNumber });
const examplePreset = { ...EXAMPLE_LAYOUT, number: 9, source: 'factory' as const };
const shown = answers.shown.extend(answers.at);
const shownExample = { ...layoutView(EXAMPLE_STATE), at: EXAMPLE_MOMENT };
const preset = z.object({ preset: answers.preset, ...answers.at });

const presetOf = (box: Box, number: number) => box.sources.layouts().find((one) => one.number === number);
const presetView = (box: Box, number: number) => {
  const found = presetOf(box, number);
  if (!found) throw new Error(`the layout preset ${number} is not among the layouts`);
  return { preset: found };
};

/** Routes for the layout on show and the sixteen presets. */
export const layoutRoutes: readonly Route[] = [
  jsonRoute({
    id: 'getLayouts',
    method: 'GET',
    path: '/layouts',
    access: 'user',
    tag,
    summary: 'The layout presets, 1 to 16',
    answer: z.object({ layouts: z.array(answers.preset) }),
    answerExample: { layouts: [examplePreset] },
    run: ({ box }) => ({ layouts: [...box.sources.layouts()] }),
  }),
  jsonRoute({
    id: 'getLayoutPreset',
    method: 'GET',
    path: '/layouts/{number}',
    access: 'user',
    tag,
    summary: 'One layout preset',
    params,
    answer: answers.preset,
    answerExample: examplePreset,
    run: ({ box, params: { number } }) => presetOf(box, number) ?? notFound(`there is no layout preset ${number}`),
  }),
  jsonRoute({
    id: 'recallLayout',
    method: 'POST',
    path: '/layouts/{number}/recall',
    access: 'user',
    tag,
    summary: 'Show a preset',
    params,
    body: z.strictObject({
      withInputs: z.boolean().default(false).describe('Also choose the inputs that it was saved with'),
    }),
    bodyExample: { withInputs: false },
    answer: shown,
    answerExample: shownExample,
    run: (asked) => change(asked, 'layout.recall', { ...asked.body, ...asked.params }, layoutView),
  }),
  jsonRoute({
    id: 'saveLayout',
    method: 'POST',
    path: '/layouts/{number}/save',
    access: 'admin',
    tag,
    summary: 'Save the layout on show, or one that is given, as a preset',
    description: 'A layout that is given whole is saved without being shown.',
    params,
    body: z.strictObject({ name: schema.shortText(16).min(1).optional(), layout: schema.layout.optional() }),
    bodyExample: { name: 'Debate' },
    answer: preset,
    answerExample: { preset: { ...examplePreset, source: 'user' }, at: EXAMPLE_MOMENT },
    run: (asked) =>
      change(asked, 'layout.save', { ...asked.body, ...asked.params }, () =>
        presetView(asked.box, asked.params.number),
      ),
  }),
  jsonRoute({
    id: 'resetLayout',
    method: 'POST',
    path: '/layouts/{number}/reset',
    access: 'admin',
    tag,
    summary: "Give a preset back the factory's layout",
    params,
    body: z.strictObject({}),
    bodyExample: {},
    answer: preset,
    answerExample: { preset: examplePreset, at: EXAMPLE_MOMENT },
    run: (asked) => change(asked, 'layout.reset', asked.params, () => presetView(asked.box, asked.params.number)),
  }),
  jsonRoute({
    id: 'getLayout',
    method: 'GET',
    path: '/layout',
    access: 'user',
    tag,
    summary: 'The layout on show',
    answer: answers.shown,
    answerExample: layoutView(EXAMPLE_STATE),
    run: ({ box }) => layoutView(box.device.state()),
  }),
  jsonRoute({
    id: 'putLayout',
    method: 'PUT',
    path: '/layout',
    access: 'user',
    tag,
    summary: 'Show a layout that is given whole',
    body: schema.layout,
    bodyExample: EXAMPLE_LAYOUT,
    answer: shown,
    answerExample: shownExample,
    run: (asked) => change(asked, 'layout.set', { layout: asked.body }, layoutView),
  }),
  jsonRoute({
    id: 'moveWindow',
    method: 'PATCH',
    path: '/layout/windows/{channel}',
    access: 'user',
    tag,
    summary: 'Move or size the window of a channel',
    params: z.strictObject({ channel: schema.channel }),
    body: z.strictObject({ rect: schema.rect }),
    bodyExample: { rect: { x: 0.5, y: 0.5, width: 0.25, height: 0.25 } },
    refusals: [409],
    answer: shown,
    answerExample: shownExample,
    run: (asked) => change(asked, 'layout.window', { ...asked.body, ...asked.params }, layoutView),
  }),
];
