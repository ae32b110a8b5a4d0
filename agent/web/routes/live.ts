import { z } from 'zod';
import { shownAsOutput } from '#agent/device/dual-mode.ts';
import type { Wanted } from '#agent/device/state.ts';
import { EVENT_TYPES } from '../events/event-hub.ts';
import { EVENT_STREAM_HEADERS, writeEvents } from '../events/event-stream.ts';
import { answerWithPreview } from '../media/preview-answer.ts';
import { unavailable } from '../http/refusal.ts';
import { mediaRoute, type Route } from '../http/route.ts';
import { STREAMS } from '#firmware-config/schema/shapes.ts';

const tag = 'live';

/** The picture of the box that is meant. */
function pictureOf(of: 'output' | 'layout' | 'A' | 'B', wanted: Wanted): 'output' | 'A' | 'B' {
  if (of === 'layout') return 'output';
  return of === 'output' ? PICTURE_OF[shownAsOutput(wanted)] : of;
}

const PICTURE_OF = { archive: 'A', 'archive-b': 'B', confidence: 'output' } as const;

/** Routes for events, live streams and pictures. */
export const liveRoutes: readonly Route[] = [
  mediaRoute({
    id: 'getEvents',
    method: 'GET',
    path: '/events',
    access: 'user',
    tag,
    summary: 'Server-sent events: the whole state, then every change',
    description:
      `Types: ${EVENT_TYPES.join(', ')}. \`state\`, \`recording\` and \`disk\` come first, also after a reconnection, so nothing is missed; each ` +
      'later event says what is so now: `wanted` the parts of the wanted state that changed, `recording` as in ' +
      '/recording, `input` {number, seen}, `push` {id, seen or null}, `alarm` {alarms}, `disk` {disk}, `recordings` {revision}: one of them came, changed or went. A comment comes ' +
      'each 15 s. Who does not read is dropped.',
    query: z.strictObject({
      meters: z.enum(['0', '1']).default('0').describe('1: also the meters, up to five times a second'),
    }),
    answers: { 200: { text: 'Events without end', media: 'text/event-stream' } },
    refusals: [503],
    endless: true,
    async serve({ box, query }, _request, reply) {
      const release = box.places.events.take();
      if (!release) return unavailable('too many listen already');
      const { raw } = reply.hijack();
      raw.on('close', release);
      raw.writeHead(200, EVENT_STREAM_HEADERS);
      writeEvents(raw, box.events, (type) => type !== 'meters' || query.meters === '1');
      return undefined;
    },
  }),
  mediaRoute({
    id: 'getSnapshot',
    method: 'GET',
    path: '/snapshot.jpg',
    access: 'lectern',
    tag,
    summary: 'What is shown now: the output, the layout, or a channel',
    description: 'The output is the layout; in dual mode it is what `PATCH /encoders` chose for it.',
    query: z.strictObject({
      of: z.enum(['output', 'layout', 'A', 'B']).default('output'),
      width: z.int().min(16).max(1920).default(640).describe('In pixels'),
    }),
    answers: { 200: { text: 'A JPEG', media: 'image/jpeg' } },
    refusals: [503],
    async serve({ box, query }, _request, reply) {
      const jpeg = await box.snapshots
        .take(pictureOf(query.of, box.device.state().wanted), query.width)
        .catch((error: unknown) => {
          box.log.warn({ error }, 'no snapshot');
          return undefined;
        });
      if (!jpeg) return unavailable('there is no picture to be had now');
      await reply.type('image/jpeg').header('cache-control', 'no-store').send(jpeg);
      return undefined;
    },
  }),
  mediaRoute({
    id: 'getPreview',
    method: 'GET',
    path: '/preview.mp4',
    access: 'lectern',
    tag,
    summary: 'A stream as fragmented MP4, live, for a browser or a player',
    description:
      'Begins with the last key picture and goes on without end; the type names the codecs. Who cannot keep up loses ' +
      'pictures up to the next key picture. It ends when the stream changes its shape: ask again.',
    query: z.strictObject({
      stream: z
        .enum(STREAMS)
        .optional()
        .describe('Without it, what the output shows: `confidence`, or in dual mode what was chosen'),
    }),
    answers: { 200: { text: 'Fragmented MP4 without end', media: 'video/mp4' } },
    refusals: [503],
    endless: true,
    serve: ({ box, query }, _request, reply) =>
      answerWithPreview(box, query.stream ?? shownAsOutput(box.device.state().wanted), reply),
  }),
];
