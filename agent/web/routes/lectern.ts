import { z } from 'zod';
import type { RequestName } from '#agent/device/requests.ts';
import * as schema from '#firmware-config/schema/shapes.ts';
import * as answers from '../views/answers.ts';
import { ask } from '../views/ask.ts';
import { writeLecternEvents } from '../lectern/events.ts';
import type { LecternView } from '../lectern/shown.ts';
import { lastRecording } from '../lectern/last-recording.ts';
import { lecternView } from '../lectern/view.ts';
import { givePairing } from '../access/signing.ts';
import { isRefused } from '#lib/http-api/refusal.ts';
import { notFound, unavailable } from '../http/refusal.ts';
import { EVENT_STREAM_HEADERS } from '../events/event-stream.ts';
import { jsonRoute, mediaRoute, type Box, type Route } from '../http/route.ts';
import { EXAMPLE_STATE } from './examples.ts';

const tag = 'lectern';
const view = async ({ device, sources }: Pick<Box, 'device' | 'sources'>): Promise<LecternView> => {
  const planned = (await sources.schedule?.events()) ?? [];
  const nowMs = Date.now();
  const next = planned.find(({ state, endsAtMs }) => state === 'upcoming' && endsAtMs > nowMs);
  const last = lastRecording(sources.recordings.list(), planned, nowMs);
  const { timeZone } = sources.technician.machine();
  return lecternView(device.state(), { nowMs, layouts: sources.layouts(), timeZone, last, next });
};
const EXAMPLE = lecternView(EXAMPLE_STATE, {
  nowMs: EXAMPLE_STATE.wanted.recording.startedAtMs ?? 0,
  layouts: [],
  timeZone: 'Europe/Paris',
});

const tapShape = <Do extends string, More extends z.ZodRawShape>(what: Do, more: More) =>
  z.strictObject({ do: z.literal(what), ...more });
const tap = z.discriminatedUnion('do', [
  tapShape('start', { title: schema.shortText(200).optional(), minutes: z.number().gt(0).max(1440).optional() }),
  tapShape('stop', {}),
  tapShape('pause', {}),
  tapShape('resume', {}),
  tapShape('mark', { title: schema.shortText(127).optional() }),
  tapShape('extend', { minutes: z.int().min(1).max(60) }),
  tapShape('layout', { number: schema.layoutNumber }),
  tapShape('swap', { swapped: z.boolean() }),
  tapShape('mute', { muted: z.boolean() }),
]);
type Tap = z.infer<typeof tap>;

/**
 * The request for a tap on the tablet. An unplanned recording has the typed title.
 */
export function requestOf(tap: Tap): readonly [RequestName, object] {
  switch (tap.do) {
    case 'start': {
      const { title, minutes } = tap;
      return [
        'record.start',
        { ...(title === undefined ? {} : { metadata: { title } }), ...(minutes ? { minutes } : {}) },
      ];
    }
    case 'mark':
      return ['record.mark', tap.title ? { title: tap.title } : {}];
    case 'extend':
      return ['record.extend', { minutes: tap.minutes }];
    case 'layout':
      return ['layout.recall', { number: tap.number }];
    case 'swap':
      return ['channels.swap', { swapped: tap.swapped }];
    case 'mute':
      return ['audio.set', { outputMuted: tap.muted }];
    case 'stop':
    case 'pause':
    case 'resume':
      return [`record.${tap.do}`, {}];
  }
}

const pairing = z.object({ id: z.string(), name: z.string(), createdAtMs: z.number() });
const EXAMPLE_PAIRING = { id: '0f3c', name: 'Tablet', createdAtMs: 1_475_740_802_000 };
const shown = ({ id, name, createdAtMs }: z.infer<typeof pairing>) => ({ id, name, createdAtMs });

/** Routes for a teacher's tablet: what it shows, what it may do, and its pairing. */
export const lecternRoutes: readonly Route[] = [
  jsonRoute({
    id: 'getLectern',
    method: 'GET',
    path: '/lectern',
    access: 'lectern',
    tag,
    summary: 'What a lectern shows',
    answer: answers.lectern,
    answerExample: EXAMPLE,
    run: ({ box }) => view(box),
  }),
  mediaRoute({
    id: 'getLecternEvents',
    method: 'GET',
    path: '/lectern/events',
    access: 'lectern',
    tag,
    summary: 'Server-sent events for a lectern: `view` at once and when it changes, `sound` up to five times a second',
    answers: { 200: { text: 'Events without end', media: 'text/event-stream' } },
    refusals: [503],
    endless: true,
    async serve({ box }, _request, reply) {
      const release = box.places.events.take();
      if (!release) return unavailable('too many listen already');
      const { raw } = reply.hijack();
      raw.on('close', release);
      raw.writeHead(200, EVENT_STREAM_HEADERS);
      writeLecternEvents(raw, box.events, () => view(box));
      return undefined;
    },
  }),
  jsonRoute({
    id: 'tapLectern',
    method: 'POST',
    path: '/lectern/taps',
    access: 'lectern',
    tag,
    summary: 'Do what was tapped',
    description:
      'Give each tap an `Idempotency-Key`: sent again because no answer came, it is answered as the first time and not done ' +
      'again. `start` without a `title` has the one that is shown: what was set for this recording, or the hall’s.',
    body: tap,
    bodyExample: { do: 'start', title: 'Thermodynamique' },
    refusals: [409],
    answer: answers.lectern,
    answerExample: EXAMPLE,
    async run({ box, session, body }) {
      const done = await ask(box, session, ...requestOf(body));
      return isRefused(done) ? done : view(box);
    },
  }),
  jsonRoute({
    id: 'makePairingCode',
    method: 'POST',
    path: '/lectern/codes',
    access: 'user',
    tag,
    summary: 'A code that pairs one tablet within five minutes',
    status: 201,
    answer: z.object({ code: z.string(), expiresAtMs: z.number() }),
    answerExample: { code: 'K7M-3PD', expiresAtMs: 1_475_740_802_000 },
    run: ({ box }) => box.codes.make(),
  }),
  mediaRoute({
    id: 'pair',
    method: 'POST',
    path: '/lectern/pairings',
    access: 'open',
    tag,
    summary: 'Pair this tablet by a code',
    description:
      'Answers with a cookie (HttpOnly, SameSite=Strict) that stands for the tablet until the pairing is taken back. It ' +
      'may do what is in this section, watch the preview, and nothing else.',
    body: z.strictObject({ code: z.string().max(64), name: schema.shortText(40).default('') }),
    bodyExample: { code: 'K7M-3PD', name: 'Lectern of lh100' },
    refusals: [401, 429],
    answers: { 204: { text: 'It is paired' } },
    async serve({ box, body }, request, reply) {
      const token = await box.entrance.pair(body.code, body.name.trim(), request.ip);
      if (isRefused(token)) return token;
      givePairing(token, request, reply);
      await reply.code(204).send();
      return undefined;
    },
  }),
  jsonRoute({
    id: 'getPairings',
    method: 'GET',
    path: '/lectern/pairings',
    access: 'user',
    tag,
    summary: 'The tablets that are paired',
    answer: z.object({ pairings: z.array(pairing) }),
    answerExample: { pairings: [EXAMPLE_PAIRING] },
    run: ({ box }) => ({ pairings: box.pairings.list().map(shown) }),
  }),
  mediaRoute({
    id: 'removePairing',
    method: 'DELETE',
    path: '/lectern/pairings/{id}',
    access: 'admin',
    tag,
    summary: 'Take a pairing back: the tablet may do nothing any more, at once',
    params: z.strictObject({ id: z.string().max(64) }),
    answers: { 204: { text: 'It is taken back' } },
    async serve({ box, params }, _request, reply) {
      if (!(await box.pairings.remove(params.id))) return notFound(`no tablet is paired as ${params.id}`);
      await reply.code(204).send();
      return undefined;
    },
  }),
];
