import { z } from 'zod';
import * as schema from '#firmware-config/schema/shapes.ts';
import { sendFile } from '../media/file-answer.ts';
import { refused } from '#lib/http-api/refusal.ts';
import { notFound, refusedForMistakes, unavailable } from '../http/refusal.ts';
import { jsonRoute, mediaRoute, type Box, type Route } from '../http/route.ts';
import * as answers from '../views/answers.ts';
import { reasonSaid, withError, withSaid } from '../views/said.ts';
import type { ScheduleSource } from '../views/schedule-source.ts';

const tag = 'schedule';
const atMs = z.number().describe('Milliseconds since 1970');
const params = z.strictObject({ id: z.string().min(1).max(200) });

const event = z.object({
  id: z.string(),
  source: z.enum(['box', 'opencast', 'ical']),
  from: z.string().optional().describe('Which of several calendars'),
  title: z.string(),
  presenters: z.array(z.string()),
  series: z.string().optional(),
  startsAtMs: atMs,
  endsAtMs: atMs,
  records: z
    .array(z.object({ fromMs: atMs, toMs: atMs }))
    .optional()
    .describe('When it is recorded, with lead-in and lead-out, without what another event takes; absent: never'),
  state: z.enum(['upcoming', 'recording', 'stopped by hand', 'over']),
});

const handOver = z.object({
  recording: z.string().describe('Id of the recording'),
  name: z.string(),
  title: z.string(),
  booking: z.string().optional().describe('Id of its event; absent: started by hand'),
  step: z
    .string()
    .describe(
      'Comes next: recording, create, catalog, schedule, tracks, manifest, ingest, fetching; done: the server has it',
    ),
  attempt: z.int().describe('Failures in a row'),
  nextAtMs: atMs.optional().describe('When it is tried again'),
  waitsFor: z.string().optional().describe('Why nothing is done for it now'),
  error: z.string().optional(),
  said: answers.said.describe('What it waits for, or what failed'),
  held: z.boolean().describe('It is sent only if somebody asks for it'),
  sentBytes: z.int().optional().describe('While it is sent'),
  totalBytes: z.int().optional(),
  deliveredAtMs: atMs.optional(),
});

const view = z
  .object({
    sources: z.array(
      z.object({
        name: z.string(),
        place: z.string(),
        goodAtMs: atMs.optional().describe('The last time that what it said could be used'),
        error: z.string().optional().describe('Why not since then'),
        said: answers.said,
        events: z.int(),
        complaints: z.array(z.object({ uid: z.string().optional(), text: z.string(), said: answers.said })),
      }),
    ),
    server: z.object({ url: z.string(), agent: z.string(), error: z.string().optional() }).optional(),
    events: z.array(event).describe('In order; those of the last day too'),
    overlaps: z.array(z.object({ event: z.string(), to: z.string(), lostMs: z.number() })),
    handOvers: z.array(handOver).describe('What is to be handed over, and what was in the last 30 days'),
  })
  .meta({ id: 'Schedule' });

const STARTS = 1_475_740_800_000;
const EXAMPLE_EVENT = {
  id: '68b19d11-6aca-413e-b2b3-eda72eebc65a',
  source: 'opencast' as const,
  title: 'Informations générales',
  presenters: ['M. Dupont'],
  series: 'PAES_2016_S2',
  startsAtMs: STARTS,
  endsAtMs: STARTS + 5_400_000,
  records: [{ fromMs: STARTS, toMs: STARTS + 5_400_000 }],
  state: 'upcoming' as const,
};
const EXAMPLE_VIEW = {
  sources: [
    { name: 'opencast', place: 'https://opencast.example.org', goodAtMs: STARTS - 60_000, events: 1, complaints: [] },
  ],
  server: { url: 'https://opencast.example.org', agent: 'Amphi_D' },
  events: [EXAMPLE_EVENT],
  overlaps: [],
  handOvers: [
    {
      recording: 'T-1',
      name: 'PAES_2016_S2_Chimie_20161005_080000',
      title: 'Chimie',
      step: 'tracks' as const,
      attempt: 2,
      nextAtMs: STARTS,
      waitsFor: 'sending: nobody listens there',
      held: false,
      totalBytes: 561_000_000,
    },
  ],
};

const eventInput = z.strictObject({
  title: schema.shortText(127).min(1),
  presenter: schema.shortText(127).optional(),
  series: schema.shortText(127).optional(),
  description: schema.shortText(1000).optional(),
  startsAtMs: z.int().min(0),
  endsAtMs: z.int().min(0),
});
const EXAMPLE_INPUT = { title: 'Conseil', presenter: 'Mme Durand', startsAtMs: STARTS, endsAtMs: STARTS + 3_600_000 };
/** Length of an event; a longer one is refused. */
const MOST_MS = 24 * 3_600_000;

/** A server as an installer enters it. */
const server = z.strictObject({
  url: schema.shortText(1024).min(1),
  agent: schema.shortText(128).min(1).optional().describe("Name of the box there; the hall's"),
  auth: z.enum(['basic', 'digest']).default('basic'),
  user: schema.shortText(128).min(1).optional(),
  password: schema.shortText(256).optional().describe('Left out: as before'),
});

/** The mistake in the times of an event, if there is one. */
function timesMistake(startsAtMs: number, endsAtMs: number) {
  if (endsAtMs <= startsAtMs)
    return refusedForMistakes([{ at: 'body.endsAtMs', text: 'must be later than startsAtMs' }]);
  if (endsAtMs - startsAtMs > MOST_MS)
    return refusedForMistakes([{ at: 'body.endsAtMs', text: 'must be at most 24 hours after startsAtMs' }]);
  return undefined;
}

/** Moves the end of an event whose recording was prolonged at the lectern. */
function prolonged<Event extends { endsAtMs: number; records?: { toMs: number }[] }>(
  event: Event,
  endsAtMs: number | undefined,
): Event {
  const plannedMs = event.records?.at(-1)?.toMs ?? event.endsAtMs;
  const laterMs = (endsAtMs ?? plannedMs) - plannedMs;
  return laterMs > 1000 ? { ...event, endsAtMs: event.endsAtMs + laterMs } : event;
}

/** The timetable with the sentences of what went wrong. */
const shownView = async ({ device, sources }: Box) => {
  const told = await sources.timetable?.view();
  const { recording } = device.state().wanted;
  return (
    told && {
      ...told,
      events: told.events.map((one) => (one.id === recording.bookingId ? prolonged(one, recording.endsAtMs) : one)),
      sources: told.sources.map((one) => ({ ...withError(one), complaints: one.complaints.map(withSaid) })),
      handOvers: told.handOvers.map((one) => ({ ...one, ...reasonSaid(one.error ?? one.waitsFor) })),
    }
  );
};

const scheduleOf = ({ sources }: Box): ScheduleSource | undefined => sources.timetable;
const STARTING = unavailable('the schedule is being started');

/** Routes for the timetable, its sources, and what becomes of recordings. */
export const scheduleRoutes: readonly Route[] = [
  jsonRoute({
    id: 'getSchedule',
    method: 'GET',
    path: '/schedule',
    access: 'user',
    tag,
    summary: 'What is to be recorded, what waits to be handed over, and why',
    answer: view,
    answerExample: EXAMPLE_VIEW,
    run: async ({ box }) => (await shownView(box)) ?? STARTING,
  }),
  jsonRoute({
    id: 'refreshSchedule',
    method: 'POST',
    path: '/schedule/refresh',
    access: 'user',
    tag,
    summary: 'Ask all calendars now',
    answer: view,
    answerExample: EXAMPLE_VIEW,
    async run({ box }) {
      await scheduleOf(box)?.refresh();
      return (await shownView(box)) ?? STARTING;
    },
  }),
  jsonRoute({
    id: 'checkScheduler',
    method: 'POST',
    path: '/schedule/check',
    access: 'admin',
    tag,
    summary: 'Try the server as the box uses it, or one that is not kept yet, and say what fails',
    body: z.strictObject({ server: server.optional() }),
    bodyExample: {},
    answer: z.object({
      checks: z.array(z.object({ what: z.string(), ok: z.boolean(), text: z.string(), said: answers.said })),
    }),
    answerExample: { checks: [{ what: 'agent', ok: true, text: 'Amphi_D is registered, and idle' }] },
    refusals: [409],
    async run({ box, body }) {
      const checks = await scheduleOf(box)?.check(body.server);
      return checks
        ? { checks: checks.map(withSaid) }
        : refused(409, 'E14', 'no server is configured: set schedule.opencast');
    },
  }),
  jsonRoute({
    id: 'setSchedulerServer',
    method: 'PUT',
    path: '/schedule/server',
    access: 'admin',
    tag,
    summary: 'Enter the server that the box asks and hands its recordings to; it counts from the next start on',
    description: 'Null takes it away. Refused where the file that the box is started with names one.',
    body: z.strictObject({
      server: server.nullable(),
    }),
    bodyExample: { server: { url: 'https://opencast.example.org', user: 'amphi', password: 'secret' } },
    answer: z.object({ kept: z.boolean() }),
    answerExample: { kept: true },
    refusals: [409],
    async run({ box, body: { server } }) {
      const schedule = scheduleOf(box);
      if (!schedule) return STARTING;
      if (schedule.isServerFixed) return refused(409, 'E14', 'the file that the box is started with names the server');
      const wrong = await schedule.keepServer(server ?? undefined);
      return wrong === undefined ? { kept: true } : refusedForMistakes([{ at: 'body.server', text: wrong }]);
    },
  }),
  jsonRoute({
    id: 'addEvent',
    method: 'POST',
    path: '/schedule/events',
    access: 'admin',
    tag,
    status: 201,
    summary: 'Enter an event on the box',
    body: eventInput,
    bodyExample: EXAMPLE_INPUT,
    answer: z.object({ id: z.string() }),
    answerExample: { id: 'd3b0a1f2-0000-4000-8000-000000000000' },
    async run({ box, body }) {
      const wrong = timesMistake(body.startsAtMs, body.endsAtMs);
      if (wrong) return wrong;
      const schedule = scheduleOf(box);
      return schedule ? { id: await schedule.add(body) } : STARTING;
    },
  }),
  jsonRoute({
    id: 'changeEvent',
    method: 'PATCH',
    path: '/schedule/events/{id}',
    access: 'admin',
    tag,
    summary: 'Change an event of the box, also while it is recorded',
    params,
    body: eventInput.partial(),
    bodyExample: { title: 'Conseil de faculté' },
    answer: z.object({ id: z.string() }),
    answerExample: { id: 'd3b0a1f2-0000-4000-8000-000000000000' },
    async run({ box, params: { id }, body }) {
      const schedule = scheduleOf(box);
      const known = (await schedule?.view())?.events.find((one) => one.id === id);
      if (!schedule || !known || known.source !== 'box')
        return notFound(`the box has no event ${id}: those of calendars are changed there`);
      const wrong = timesMistake(body.startsAtMs ?? known.startsAtMs, body.endsAtMs ?? known.endsAtMs);
      if (wrong) return wrong;
      await schedule.change(id, body);
      return { id };
    },
  }),
  jsonRoute({
    id: 'removeEvent',
    method: 'DELETE',
    path: '/schedule/events/{id}',
    access: 'admin',
    tag,
    summary: 'Take an event of the box away; a recording of it that runs ends',
    params,
    answer: z.object({ removed: z.string() }),
    answerExample: { removed: 'd3b0a1f2-0000-4000-8000-000000000000' },
    async run({ box, params: { id } }) {
      const removed = await scheduleOf(box)?.remove(id);
      return removed ? { removed: id } : notFound(`the box has no event ${id}: those of calendars are cancelled there`);
    },
  }),
  jsonRoute({
    id: 'sendRecording',
    method: 'POST',
    path: '/schedule/hand-overs/{id}/send',
    access: 'admin',
    tag,
    summary: 'Hand a recording over now, also one that was held, or was handed over before',
    params,
    answer: z.object({ queued: z.string() }),
    answerExample: { queued: 'T-20161006-080002' },
    async run({ box, params: { id } }) {
      const queued = await scheduleOf(box)?.send(id);
      return queued ? { queued: id } : notFound(`there is no recording ${id}, or nobody to hand it to`);
    },
  }),
  pickupRoute(),
];

function pickupRoute(): Route {
  return mediaRoute({
    id: 'fetchRecording',
    method: 'GET',
    path: '/pickup/{ticket}/{name}',
    access: 'open',
    tag,
    summary: 'A file of a recording, for the server that was told to fetch it',
    description:
      'The ticket is secret; it holds until the server has all of the recording. Knows one `Range`, and HEAD.',
    params: z.strictObject({ ticket: z.string().min(16).max(64), name: z.string().min(1).max(255) }),
    answers: {
      200: { text: 'The whole file', media: 'video/mp4' },
      206: { text: 'The part that was asked for', media: 'video/mp4' },
      304: { text: 'The asker has it already' },
      416: { text: 'It has no such part', media: 'application/json' },
    },
    async serve({ box, params: { ticket, name } }, request, reply) {
      const found = await scheduleOf(box)?.pickup(ticket, name);
      if (!found) return notFound('there is nothing to fetch here');
      const { path, size } = found;
      reply.raw.once('finish', () => {
        if (request.method !== 'GET' || ![200, 206].includes(reply.raw.statusCode)) return;
        const range = /^bytes (\d+)-(\d+)\//.exec(String(reply.raw.getHeader('content-range') ?? ''));
        found.given(range ? [Number(range[1]), Number(range[2])] : [0, size - 1]);
      });
      return sendFile(request, reply, { name, path, size, mime: 'video/mp4', writing: false }, true);
    },
  });
}
