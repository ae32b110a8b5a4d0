import { z } from 'zod';
import { type Refused } from '#lib/http-api/refusal.ts';
import { refusedByBox, refusedForMistakes } from '../http/refusal.ts';
import { jsonRoute, mediaRoute, type Route } from '../http/route.ts';
import * as answers from '../views/answers.ts';
import { withSaid } from '../views/said.ts';
import type { Looked } from '../views/technician-sources.ts';
import type { Refusal } from '#agent/device/outcome.ts';

const tag = 'technician';
const access = 'admin' as const;
const anything = z.record(z.string(), z.unknown());
const changes = z.array(
  z.object({
    key: z.string(),
    before: z.unknown().optional(),
    after: z.unknown().optional(),
    words: z.string(),
  }),
);
const looked = z.object({
  mistakes: z.array(
    z.object({ at: z.string().describe('Key, or place in the file'), text: z.string(), said: answers.said }),
  ),
  changes,
});
const EXAMPLE_CHANGES = [
  {
    key: 'device.encoders.archive.videoKbps',
    before: 750,
    after: 1500,
    words: 'encoder archive, bit rate of the picture: 750 kb/s becomes 1500 kb/s (device.encoders.archive.videoKbps)',
  },
];
const lookedExample = { mistakes: [], changes: EXAMPLE_CHANGES };
const given = z
  .union([z.strictObject({ given: anything }), z.strictObject({ file: z.string().max(1 << 20) })])
  .describe('Any part of the document; or a file, YAML or JSON');
const bodyExample = { given: { device: { encoders: { archive: { videoKbps: 1500 } } } } };

const view = ({ mistakes, changes }: Looked): z.input<typeof looked> => ({
  mistakes: mistakes.map(withSaid),
  changes: changes.map((one) => ({ ...one })),
});

function takenView(taken: Looked & { refusal?: Refusal }): { changes: z.input<typeof changes> } | Refused {
  if (taken.refusal) return refusedByBox(taken.refusal);
  if (taken.mistakes.length > 0) return refusedForMistakes(taken.mistakes);
  return { changes: view(taken).changes };
}

/** Routes for all settings as one document. */
export const configurationRoutes: readonly Route[] = [
  jsonRoute({
    id: 'getConfiguration',
    method: 'GET',
    path: '/configuration',
    access,
    tag,
    summary: 'All that is set, as one document; and what the box was started with',
    description: 'Secrets are shown as `***`; what is sent back with `***` keeps its secret.',
    answer: z.object({
      document: anything,
      machine: anything.describe('Set in the file that the box is started with'),
    }),
    answerExample: { document: { hall: 'lh100', device: {} }, machine: { http: { port: 80 } } },
    run: ({ box: { sources } }) => ({
      document: { ...sources.technician.configuration.document() },
      machine: { ...sources.technician.configuration.machine() },
    }),
  }),
  jsonRoute({
    id: 'getConfigurationKeys',
    method: 'GET',
    path: '/configuration/keys',
    access,
    tag,
    summary: 'Every key: its JSON schema, and what it is',
    answer: z.object({
      schema: anything.describe('JSON schema of what may be given'),
      keys: z.array(
        z.object({
          key: z.string().describe('`*` stands for one word of a key, `**` for any number of them'),
          what: z.string(),
          unit: z.string().optional(),
          form: z.string().optional(),
          standard: z.string().optional(),
          sis: z.array(z.string()).optional().describe('Rows of the control protocol that set it'),
        }),
      ),
    }),
    answerExample: {
      schema: { type: 'object' },
      keys: [{ key: '**.videoKbps', what: 'bit rate of the picture', unit: 'kb/s', sis: ['encoder.bitrate.video'] }],
    },
    run: ({ box: { sources } }) => ({
      schema: { ...sources.technician.configuration.schema() },
      keys: sources.technician.configuration
        .words()
        .map(({ sis, ...words }) => (sis ? { ...words, sis: [...sis] } : words)),
    }),
  }),
  jsonRoute({
    id: 'checkConfiguration',
    method: 'POST',
    path: '/configuration/check',
    access,
    tag,
    summary: 'What would change, and all that is wrong; nothing is done',
    body: given,
    bodyExample,
    answer: looked,
    answerExample: lookedExample,
    run({ box: { sources }, body }) {
      const tools = sources.technician.configuration;
      return view('file' in body ? tools.lookAtFile(body.file) : tools.look(body.given));
    },
  }),
  jsonRoute({
    id: 'applyConfiguration',
    method: 'PATCH',
    path: '/configuration',
    access,
    tag,
    summary: 'Lay what is given over what is set, all or nothing',
    body: given,
    bodyExample,
    refusals: [409],
    answer: z.object({ changes }),
    answerExample: { changes: EXAMPLE_CHANGES },
    async run({ box: { sources }, body }) {
      const tools = sources.technician.configuration;
      return takenView(await ('file' in body ? tools.takeFile(body.file) : tools.take(body.given)));
    },
  }),
  mediaRoute({
    id: 'getBackup',
    method: 'GET',
    path: '/configuration.yaml',
    access,
    tag,
    summary: 'A backup: all that is set, as a file, with its secrets',
    answers: { 200: { text: 'YAML', media: 'application/yaml' } },
    async serve({ box }, _request, reply) {
      const { hall } = box.device.state().wanted;
      await reply
        .header('content-disposition', `attachment; filename="amphi-${hall}.yaml"`)
        .header('cache-control', 'no-store')
        .type('application/yaml')
        .send(box.sources.technician.configuration.file());
      return undefined;
    },
  }),
];
