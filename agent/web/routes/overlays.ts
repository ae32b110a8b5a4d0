import { z } from 'zod';
import * as schema from '#firmware-config/schema/shapes.ts';
import * as answers from '../views/answers.ts';
import { change } from '../views/ask.ts';
import { notFound, refusedByBox, refusedForMistakes } from '../http/refusal.ts';
import { jsonRoute, mediaRoute, type Box, type Route } from '../http/route.ts';
import { EXAMPLE_LAYOUT, EXAMPLE_MOMENT } from './examples.ts';

const tag = 'picture';
const params = z.strictObject({ name: schema.shortText(32).min(1) });
const fileParams = z.strictObject({ name: schema.shortText(200).min(1) });
const [title] = EXAMPLE_LAYOUT.overlays;
const list = z.object({ overlays: z.array(answers.overlay), ...answers.at });
const listExample = { overlays: EXAMPLE_LAYOUT.overlays, at: EXAMPLE_MOMENT };
const files = z.object({ files: z.array(answers.overlayFile) });
const filesExample = { files: [{ name: 'university.svg', size: 4096, widthPx: 400, heightPx: 160 }] };

const overlaysOf = ({ device }: Box) => ({ overlays: device.state().wanted.layout.overlays });
const overlayOf = (box: Box, name: string) => overlaysOf(box).overlays.find((one) => one.name === name);
const filesOf = async ({ sources }: Box) => ({ files: [...(await sources.overlayFiles.list())] });

/** The fields of any kind of overlay; whether they fit together is checked with the whole. */
const overlayChange = z
  .strictObject({
    rect: schema.rect.optional(),
    z: z.int().min(-100).max(100).optional(),
    template: schema.shortText(1000).optional(),
    style: z.record(z.string(), z.unknown()).optional(),
    file: z.string().optional(),
    opacity: z.number().optional(),
    format: z.string().optional(),
  })
  .describe('Parts of an overlay; its name and its kind stay');

/** Routes for what is drawn over the picture, and its picture files. */
export const overlayRoutes: readonly Route[] = [
  jsonRoute({
    id: 'getOverlays',
    method: 'GET',
    path: '/overlays',
    access: 'user',
    tag,
    summary: 'The overlays of the layout on show',
    answer: list,
    answerExample: listExample,
    run: ({ box }) => overlaysOf(box),
  }),
  jsonRoute({
    id: 'getOverlay',
    method: 'GET',
    path: '/overlays/{name}',
    access: 'user',
    tag,
    summary: 'One overlay',
    params,
    answer: answers.overlay,
    answerExample: title,
    run: ({ box, params: { name } }) => overlayOf(box, name) ?? notFound(`no overlay is named ${name}`),
  }),
  jsonRoute({
    id: 'putOverlay',
    method: 'PUT',
    path: '/overlays/{name}',
    access: 'user',
    tag,
    summary: 'Add an overlay, or replace the one of that name',
    description: 'The name in the body must be that of the path.',
    params,
    body: schema.overlay,
    bodyExample: title,
    refusals: [409],
    answer: list,
    answerExample: listExample,
    run(asked) {
      if (asked.body.name !== asked.params.name) {
        return refusedForMistakes([{ at: 'body.name', text: `must be ${asked.params.name}, as in the path` }]);
      }
      return change(asked, 'overlay.put', { overlay: asked.body }, () => overlaysOf(asked.box));
    },
  }),
  jsonRoute({
    id: 'changeOverlay',
    method: 'PATCH',
    path: '/overlays/{name}',
    access: 'user',
    tag,
    summary: 'Change parts of an overlay',
    params,
    body: overlayChange,
    bodyExample: { template: '{title}', rect: { x: 0.1, y: 0.05, width: 0.8, height: 0.1 } },
    answer: list,
    answerExample: listExample,
    run(asked) {
      const before = overlayOf(asked.box, asked.params.name);
      if (!before) return notFound(`no overlay is named ${asked.params.name}`);
      const style = 'style' in before ? { style: { ...before.style, ...asked.body.style } } : {};
      const overlay = { ...before, ...asked.body, ...style, name: before.name, kind: before.kind };
      return change(asked, 'overlay.put', { overlay }, () => overlaysOf(asked.box));
    },
  }),
  jsonRoute({
    id: 'removeOverlay',
    method: 'DELETE',
    path: '/overlays/{name}',
    access: 'user',
    tag,
    summary: 'Take an overlay away',
    params,
    answer: list,
    answerExample: { overlays: [], at: EXAMPLE_MOMENT },
    run: (asked) => change(asked, 'overlay.remove', asked.params, () => overlaysOf(asked.box)),
  }),
  jsonRoute({
    id: 'getOverlayFiles',
    method: 'GET',
    path: '/overlay-files',
    access: 'user',
    tag,
    summary: 'Logos and background images that layouts may name',
    answer: files,
    answerExample: filesExample,
    run: ({ box }) => filesOf(box),
  }),
  mediaRoute({
    id: 'getOverlayFile',
    method: 'GET',
    path: '/overlay-files/{name}',
    access: 'user',
    tag,
    summary: 'A logo or background image as it is drawn into a room',
    params: fileParams,
    query: z.strictObject({
      width: z.int().min(8).max(1920).default(320).describe('In pixels'),
      height: z.int().min(8).max(1080).default(320).describe('In pixels'),
      fit: z.enum(['contain', 'cover']).default('contain'),
    }),
    answers: { 200: { text: 'A PNG', media: 'image/png' } },
    async serve({ box, params: { name }, query: { width, height, fit } }, _request, reply) {
      const png = await box.sources.overlayFiles.picture(name, { widthPx: width, heightPx: height, fit });
      if (!png) return notFound(`there is no picture ${name}`);
      await reply.type('image/png').header('cache-control', 'no-cache').send(png);
      return undefined;
    },
  }),
  jsonRoute({
    id: 'putOverlayFile',
    method: 'PUT',
    path: '/overlay-files/{name}',
    access: 'admin',
    tag,
    summary: 'Add a logo or background image, or replace the one of that name',
    description: 'The body is the file. It is kept if it can be decoded.',
    params: fileParams,
    upload: { media: ['image/png', 'image/svg+xml', 'image/jpeg', 'application/octet-stream'], maxBytes: 20 << 20 },
    answer: files,
    answerExample: filesExample,
    async run({ box, params: { name }, body }) {
      const refusal = await box.sources.overlayFiles.put(name, body as Buffer);
      return refusal ? refusedByBox(refusal) : filesOf(box);
    },
  }),
  jsonRoute({
    id: 'removeOverlayFile',
    method: 'DELETE',
    path: '/overlay-files/{name}',
    access: 'admin',
    tag,
    summary: 'Remove a logo or background image',
    params: fileParams,
    answer: files,
    answerExample: { files: [] },
    async run({ box, params: { name } }) {
      const refusal = await box.sources.overlayFiles.remove(name);
      return refusal ? refusedByBox(refusal) : filesOf(box);
    },
  }),
];
