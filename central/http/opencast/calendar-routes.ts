import type { FastifyReply, FastifyRequest } from 'fastify';
import { BadRequest } from '../../catalogue/bad-request.ts';
import { mayActFor } from '../../identity/permissions.ts';
import { about, whoOf } from '../http-access.ts';
import { Forbidden, onlyAgentOf } from '../object-access.ts';
import { CALENDAR } from '../media-types.ts';
import type { RouteModule } from '../services.ts';
import { agentPropertiesOf, episodeXml } from '../../catalogue/dublin-core.ts';
import { calendarBytes, select, type AgentCalendar, type Entry, type Question } from '../../timetable/calendars.ts';
import { catalogOf } from '@amphi/lib/opencast/dublin-core.ts';

interface Query {
  agentid?: string;
  seriesid?: string;
  cutoff?: string;
  timestamp?: string;
}
type Asked = FastifyRequest<{ Querystring: Query }>;

/** Serves `/recordings/calendars`, which every agent requests all day. */
export const calendarRoutes: RouteModule = (app, { calendars, clock }) => {
  const reads = about('own', 'agent', 'scheduler');

  app.get('/recordings/calendars', reads, async (request: Asked, reply) => {
    const question = questionOf(request.query, clock.nowMs());
    const agentid = agentAsked(request);
    const calendar = await calendars.of(agentid);
    if (agentid !== undefined && isKnown(request, reply, calendar, question)) return reply.code(304).send();
    return reply.header('content-type', CALENDAR).send(calendarBytes(calendar, question));
  });

  app.get('/recordings/calendar.json', reads, async (request: Asked, reply) => {
    const question = questionOf(request.query, clock.nowMs());
    const { timestamp } = request.query;
    const agentid = agentAsked(request);
    const calendar = await calendars.of(agentid);
    if (agentid !== undefined && isKnown(request, reply, calendar, question)) return reply.code(304).send();
    return inJson(calendar, question).map((entry) => jsonOf(entry, timestamp === 'true'));
  });

  app.get(
    '/recordings/:agent/lastmodified',
    about({ agent: 'agent' }, 'agent', 'scheduler', 'viewer'),
    async (request: FastifyRequest<{ Params: { agent: string } }>, reply) => {
      const { revisionMs } = await calendars.of(request.params.agent);
      return reply.type('text/plain').send(`mod${revisionMs}`);
    },
  );
};

/**
 * Agent whose calendar is asked for; undefined: all agents, which accounts of one agent may not ask for. Throws
 * Forbidden.
 */
function agentAsked(request: Asked): string | undefined {
  const who = whoOf(request);
  const asked = request.query.agentid ?? onlyAgentOf(who);
  if (asked !== undefined && !mayActFor(who, asked)) throw new Forbidden('this account is for another agent');
  return asked;
}

/** Question for a calendar. Throws BadRequest if the cutoff is no number. */
function questionOf({ cutoff, seriesid }: Query, nowMs: number): Question {
  if (cutoff === undefined || cutoff === '') return { nowMs, series: seriesid };
  if (/^\d{1,16}$/.test(cutoff)) return { nowMs, series: seriesid, cutoffMs: Number(cutoff) };
  throw new BadRequest(`cutoff must be milliseconds since 1970, not ${JSON.stringify(cutoff.slice(0, 40))}`);
}

/**
 * Marks the answer with an ETag, and gives whether the client already has it. The ETag has no quotes, as in Opencast.
 * With a cutoff it also holds the number of events before the cutoff: otherwise a cutoff that moves on would never show
 * further events.
 */
function isKnown(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  calendar: AgentCalendar,
  question: Question,
): boolean {
  const { revisionMs } = calendar;
  const { cutoffMs, nowMs } = question;
  const mark = cutoffMs === undefined ? `mod${revisionMs}` : `mod${revisionMs}-${select(calendar, question).before}`;
  // The name of the header keeps its capitals, which some clients look for.
  reply.raw.setHeader('ETag', mark);
  const changedMs = Math.floor(revisionMs / 1000) * 1000;
  // A date is given only after its second is over: a further change in the same second would have the same date.
  const hasDate = revisionMs > 0 && nowMs >= changedMs + 1000;
  if (hasDate) void reply.header('last-modified', new Date(changedMs).toUTCString());
  const known = headers['if-none-match'];
  if (known !== undefined) return known.split(',').some((one) => bare(one) === mark);
  const since = Date.parse(headers['if-modified-since'] ?? '');
  return hasDate && cutoffMs === undefined && since >= changedMs;
}

/** ETag without the quotes and the mark of compression that proxies add. */
const bare = (mark: string): string =>
  mark
    .trim()
    .replace(/^W\//, '')
    .replaceAll('"', '')
    .replace(/-{1,2}gzip$/, '');

/**
 * Entries for the JSON calendar: its cutoff is compared with ends, and it leaves out events as soon as they are over.
 */
const inJson = (calendar: AgentCalendar, question: Question): Entry[] =>
  select(calendar, question).chosen.filter(
    ({ endsAtMs }) => endsAtMs > question.nowMs && endsAtMs < (question.cutoffMs ?? Infinity),
  );

function jsonOf({ event, startsAtMs, endsAtMs }: Entry, timestamp: boolean) {
  const date = (ms: number): number | string => (timestamp ? ms : javaDate(ms));
  return {
    data: {
      eventId: event.id,
      agentId: event.agent,
      startDate: date(startsAtMs),
      endDate: date(endsAtMs),
      presenters: catalogOf(event.terms).creators,
      workflowProperties: event.workflow_configuration,
      agentConfig: agentPropertiesOf(event),
      ...(event.recording_state === null
        ? {}
        : {
            recording: {
              id: event.id,
              state: event.recording_state,
              lastCheckinTime: event.recording_state_at?.getTime() ?? 0,
            },
          }),
    },
    'episode-dublincore': episodeXml(event),
  };
}

/** Date as Java writes it: `Nov 20, 2026, 10:00:00 AM`. */
const javaDate = (ms: number): string =>
  new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' })
    .format(ms)
    .replaceAll('\u202f', ' ');
