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

/** `/recordings/calendars`, what every agent asks for all day. */
export const calendarRoutes: RouteModule = (app, { calendars, clock }) => {
  const reads = about('own', 'agent', 'scheduler', 'viewer');

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

/** Whose calendar is asked for; undefined: everybody's, which accounts of one agent do not have. Throws Forbidden. */
function agentAsked(request: Asked): string | undefined {
  const who = whoOf(request);
  const asked = request.query.agentid ?? onlyAgentOf(who);
  if (asked !== undefined && !mayActFor(who, asked)) throw new Forbidden('this account is for another agent');
  return asked;
}

/** Throws BadRequest where the cutoff is no number. */
function questionOf({ cutoff, seriesid }: Query, nowMs: number): Question {
  if (cutoff === undefined || cutoff === '') return { nowMs, series: seriesid };
  if (/^\d{1,16}$/.test(cutoff)) return { nowMs, series: seriesid, cutoffMs: Number(cutoff) };
  throw new BadRequest(`cutoff must be milliseconds since 1970, not ${JSON.stringify(cutoff.slice(0, 40))}`);
}

/**
 * Marks the answer, and says whether the client has it already. The mark is written as Opencast writes it, without quotes; with a
 * cutoff it also tells how many events begin before it, else a window that moves on would never show what comes into it.
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
  // Some clients look for these letters.
  reply.raw.setHeader('ETag', mark);
  const changedMs = Math.floor(revisionMs / 1000) * 1000;
  // Within the second it could change again, and a date would not tell.
  const hasDate = revisionMs > 0 && nowMs >= changedMs + 1000;
  if (hasDate) void reply.header('last-modified', new Date(changedMs).toUTCString());
  const known = headers['if-none-match'];
  if (known !== undefined) return known.split(',').some((one) => bare(one) === mark);
  const since = Date.parse(headers['if-modified-since'] ?? '');
  return hasDate && cutoffMs === undefined && since >= changedMs;
}

/** Proxies quote what has no quotes, and add that they compressed it. */
const bare = (mark: string): string =>
  mark
    .trim()
    .replace(/^W\//, '')
    .replaceAll('"', '')
    .replace(/-{1,2}gzip$/, '');

/** The JSON calendar cuts by the end, and leaves out at once what is over. */
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

/** `Nov 20, 2026, 10:00:00 AM` */
const javaDate = (ms: number): string =>
  new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' })
    .format(ms)
    .replaceAll('\u202f', ' ');
