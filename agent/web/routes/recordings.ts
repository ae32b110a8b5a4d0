import { z } from 'zod';
import * as schema from '#firmware-config/schema/shapes.ts';
import * as answers from '../views/answers.ts';
import { reasonSaid } from '../views/said.ts';
import { sendFile } from '../media/file-answer.ts';
import { notFound, refusedByBox } from '../http/refusal.ts';
import { API, jsonRoute, mediaRoute, type Route } from '../http/route.ts';
import type { Recording } from '#agent/device/recording.ts';
import type { RecordingFile } from '../views/sources.ts';
import { metadataOf } from '#agent/device/metadata.ts';
import { EXAMPLE_STATE } from './examples.ts';

const tag = 'recordings';
const params = z.strictObject({ id: z.string().min(1).max(200) });
const fileParams = params.extend({ name: z.string().min(1).max(255) });

const hrefOf = (id: string, name: string): string =>
  `${API}/recordings/${encodeURIComponent(id)}/files/${encodeURIComponent(name)}`;

/**
 * A recording with the files that exist now. Its length is that of its first stream, its bytes are those of all files.
 */
function entryView(entry: Recording) {
  const { second } = entry;
  const sum = (key: 'durationMs' | 'bytes', parts: Recording['parts']): number =>
    parts.filter(({ state }) => state !== 'lost' && state !== 'failed').reduce((total, part) => total + part[key], 0);
  const thumbnails = entry.thumbnails.map((one) => ({ ...one, href: hrefOf(entry.id, one.name) }));
  return {
    ...entry,
    parts: [...entry.parts],
    chapters: [...entry.chapters],
    breaks: breaksSaid(entry.breaks),
    ...(second ? { second: { ...second, breaks: breaksSaid(second.breaks) } } : {}),
    durationMs: sum('durationMs', entry.parts),
    bytes: sum('bytes', [...entry.parts, ...(second?.parts ?? [])]),
    thumbnails,
  };
}

const breaksSaid = (breaks: Recording['breaks']) => breaks.map((one) => ({ ...one, ...reasonSaid(one.reason) }));

const withFiles = (entry: Recording, files: readonly RecordingFile[]) => ({
  ...entryView(entry),
  files: files.map((file) => ({ ...file, href: hrefOf(entry.id, file.name) })),
});

const EXAMPLE_FILE = 'PHY-201_Thermodynamique_20161006_080002_S1R1.mp4';
const EXAMPLE: Recording = {
  id: 'T-20161006-080002',
  dbId: 12,
  base: 'PHY-201_Thermodynamique_20161006_080002',
  status: 'finished',
  hall: 'lh100',
  owner: 'admin',
  metadata: metadataOf(EXAMPLE_STATE.wanted),
  startedAtMs: 1475740802000,
  endedAtMs: 1475746202000,
  parts: [
    {
      number: 1,
      destination: 'internal',
      folder: '/var/lib/amphi/recordings/PHY-201_Thermodynamique_20161006_080002',
      name: EXAMPLE_FILE,
      state: 'final',
      createdAtMs: 1475740802000,
      durationMs: 5_400_000,
      pictures: 81_000,
      bytes: 561_000_000,
    },
  ],
  chapters: [{ part: 1, offsetMs: 1_800_000, title: 'Second principle', kind: 'mark' }],
  thumbnails: [{ folder: '/recordings', offsetMs: 14_933, name: '00014933.jpg', title: '' }],
  breaks: [],
  revision: 7,
};

/** Routes for finished recordings and their files. */
export const recordingsRoutes: readonly Route[] = [
  jsonRoute({
    id: 'getRecordings',
    method: 'GET',
    path: '/recordings',
    access: 'user',
    tag,
    summary: 'The recordings, newest first',
    query: z.strictObject({
      limit: z.int().min(1).max(1000).default(100).describe('So many at most'),
      offset: z.int().min(0).default(0).describe('After so many newer ones'),
    }),
    answer: z.object({ total: z.number().int(), recordings: z.array(answers.recordingEntry) }),
    answerExample: { total: 1, recordings: [entryView(EXAMPLE)] },
    run({ box, query: { limit, offset } }) {
      const all = box.sources.recordings.list().toSorted((a, b) => b.startedAtMs - a.startedAtMs || b.dbId - a.dbId);
      return { total: all.length, recordings: all.slice(offset, offset + limit).map(entryView) };
    },
  }),
  jsonRoute({
    id: 'getRecordingById',
    method: 'GET',
    path: '/recordings/{id}',
    access: 'user',
    tag,
    summary: 'One recording, with its files',
    params,
    answer: answers.recordingWithFiles,
    answerExample: withFiles(EXAMPLE, [{ name: EXAMPLE_FILE, size: 561_000_000, mime: 'video/mp4', writing: false }]),
    async run({ box, params: { id } }) {
      const entry = box.sources.recordings.find(id);
      return entry
        ? withFiles(entry, await box.sources.recordings.filesOf(id))
        : notFound(`no recording is named ${id}`);
    },
  }),
  jsonRoute({
    id: 'describeRecording',
    method: 'PATCH',
    path: '/recordings/{id}',
    access: 'admin',
    tag,
    summary: 'Describe a recording anew',
    description: 'What is left out stays. Its files keep their names; the manifest beside them tells the new words.',
    params,
    body: z.strictObject({ metadata: schema.metadata.partial() }),
    bodyExample: { metadata: { title: 'Thermodynamique II' } },
    refusals: [409],
    answer: answers.recordingEntry,
    answerExample: entryView(EXAMPLE),
    async run({ box, params: { id }, body: { metadata } }) {
      const refusal = await box.sources.recordings.describe(id, metadata);
      if (refusal) return refusedByBox(refusal);
      const entry = box.sources.recordings.find(id);
      return entry ? entryView(entry) : notFound(`no recording is named ${id}`);
    },
  }),
  jsonRoute({
    id: 'removeRecording',
    method: 'DELETE',
    path: '/recordings/{id}',
    access: 'admin',
    tag,
    summary: 'Delete a recording with all its files',
    params,
    refusals: [409],
    answer: z.object({ removed: z.string() }),
    answerExample: { removed: EXAMPLE.id },
    async run({ box, params: { id } }) {
      const refusal = await box.sources.recordings.remove(id);
      return refusal ? refusedByBox(refusal) : { removed: id };
    },
  }),
  mediaRoute({
    id: 'getRecordingFile',
    method: 'GET',
    path: '/recordings/{id}/files/{name}',
    access: 'user',
    tag,
    summary: 'A file of a recording, or a part of it',
    description:
      'Knows `Range` (one range), `If-Range`, `If-None-Match`, `If-Modified-Since` and HEAD. ' +
      'Of a file that still grows it gives what is there; such a file has a weak tag.',
    params: fileParams,
    query: z.strictObject({
      download: z.enum(['0', '1']).default('0').describe('1: a browser saves it rather than showing it'),
    }),
    answers: {
      200: { text: 'The whole file', media: 'application/octet-stream' },
      206: { text: 'The part that was asked for', media: 'application/octet-stream' },
      304: { text: 'The asker has it already' },
      416: { text: 'It has no such part', media: 'application/json' },
    },
    async serve({ box, params: { id, name }, query }, request, reply) {
      const file = await box.sources.recordings.fileOf(id, name);
      if (!file) return notFound(`the recording ${id} has no file ${name}`);
      return sendFile(request, reply, file, query.download === '1');
    },
  }),
];
