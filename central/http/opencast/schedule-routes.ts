import type { FastifyReply, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import { ianaZone, type Zone } from '@amphi/lib/calendar/zones/zoned-time.ts';
import type { EventRow } from '../../store/tables.ts';
import { mayActFor } from '../../identity/permissions.ts';
import { about, onlyFor, whoOf } from '../http-access.ts';
import { Forbidden, onlyAgentOf } from '../object-access.ts';
import { readForm, type Form } from '../form.ts';
import type { RouteModule } from '../services.ts';
import { prolongAll, prolongCapture, startCapture, stopCapture } from '../../timetable/capture-now.ts';
import { BadRequest } from '../../catalogue/bad-request.ts';
import { eventsAt, scheduledEvents, type ScheduledQuery } from '../../catalogue/events.ts';
import { msField } from '../fields.ts';
import { agentParameters } from './agent-parameters.ts';
import type { Booked, EventDraft, EventPatch } from '../../catalogue/event-rows.ts';
import { numbered, ruledSlots } from '../../timetable/opencast-rule.ts';
import { packageWords } from './package-words.ts';
import { packagesJson, packagesXml } from './media-packages.ts';
import { addEvents, changeEvent, removeEvents, removeOld, type Scheduled } from '../../timetable/schedule.ts';
import { ownZone } from '../../timetable/zones.ts';

const SCHEDULERS = onlyFor('scheduler');
const READERS = about('own', 'scheduler', 'agent');
/**
 * Options of the route that changes an event: a box may lengthen what it records itself, when the teacher does so at
 * the lectern.
 */
const EXTENDERS = about({ agent: 'agent' }, 'scheduler', 'agent');
const NOT_YOURS = 'this account is for another agent';
type ById = { Params: { id: string } };
type ByAgent = { Params: { agent: string } };
type Asking = { Querystring: Record<string, string> };

/**
 * Serves the part of `/recordings` that changes the timetable, for Opencast's schedulers (facts/opencast 1.8). Times
 * are milliseconds since 1970.
 */
export const recordingsApi: RouteModule = (app, services) => {
  app.post('/recordings', SCHEDULERS, async (request, reply) => {
    const form = await readForm(request);
    const slot = wholeSlot(form);
    const { id, words, seriesId } = await packageWords(services, needed(form, 'mediaPackage'));
    const done = await addEvents(services, whoOf(request), [{ id, words, seriesId, slot, ...howOf(form) }]);
    if (done.kind === 'conflict') return conflict(reply, done);
    return reply
      .code(201)
      .header('location', `${services.urlFor(request)}/recordings/${id}/mediapackage.xml`)
      .send();
  });
  app.post('/recordings/multiple', SCHEDULERS, async (request, reply) => {
    const form = await readForm(request);
    const rule = {
      ...wholeSlot(form),
      rule: needed(form, 'rrule'),
      durationMs: durationOf(form),
      zone: zoneOf(form.get('tz')),
    };
    const { words, seriesId } = await packageWords(services, needed(form, 'templateMp'));
    const drafts = ruledSlots(rule).map((slot, n): EventDraft => ({
      id: randomUUID(),
      slot,
      seriesId,
      ...howOf(form),
      words: { ...words, title: numbered(words.title, n) },
    }));
    const done = await addEvents(services, whoOf(request), drafts);
    return done.kind === 'conflict' ? conflict(reply, done) : reply.code(201).send();
  });
  app.put<ById>('/recordings/:id', SCHEDULERS, async (request, reply) => {
    const form = await readForm(request);
    const said = form.get('mediaPackage') ? await packageWords(services, needed(form, 'mediaPackage')) : undefined;
    const patch: EventPatch = { words: said?.words, seriesId: said?.seriesId, slot: partSlot(form), ...howOf(form) };
    return answer(reply, await changeEvent(services, whoOf(request), request.params.id, patch));
  });
  app.delete<ById>('/recordings/:id', SCHEDULERS, async (request, reply) =>
    answer(reply, await removeEvents(services, whoOf(request), [request.params.id])),
  );
  app.post('/recordings/removeOldScheduledRecordings', SCHEDULERS, async (request, reply) => {
    const buffer = (await readForm(request)).get('buffer') ?? '604800';
    if (!/^\d+$/.test(buffer)) throw new BadRequest('buffer must be seconds, 0 or more');
    await removeOld(services, whoOf(request), Number(buffer) * 1000);
    return reply.code(200).send();
  });
  const packages = (type: 'json' | 'xml', rows: readonly EventRow[], reply: FastifyReply) =>
    type === 'json' ? packagesJson(rows) : reply.type('application/xml; charset=utf-8').send(packagesXml(rows));
  for (const type of ['json', 'xml'] as const) {
    app.get<Asking>(`/recordings/conflicts.${type}`, READERS, async (request, reply) => {
      const slots = slotsAsked(request.query);
      if (slots.some(({ agentId }) => !mayActFor(whoOf(request), agentId))) throw new Forbidden(NOT_YOURS);
      const others = await eventsAt(services.database, slots, []);
      return others.length === 0 ? reply.code(204).send() : packages(type, others, reply);
    });
    app.get<Asking>(`/recordings/recordings.${type}`, READERS, async (request, reply) => {
      const bounds = boundsOf(request.query);
      const agent = bounds.agent ?? onlyAgentOf(whoOf(request));
      if (agent !== undefined && !mayActFor(whoOf(request), agent)) throw new Forbidden(NOT_YOURS);
      return packages(type, await scheduledEvents(services.database, { ...bounds, agent }), reply);
    });
  }
};

/** Bounds of a list of scheduled events: an agent, and earliest and latest starts and ends. */
function boundsOf(query: Record<string, string | undefined>): ScheduledQuery {
  const moment = (name: string): number | undefined => (query[name] ? msField(name, query[name]) : undefined);
  return {
    agent: query['agent'] || undefined,
    startsFromMs: moment('startsfrom'),
    startsToMs: moment('startsto'),
    endsFromMs: moment('endsfrom'),
    endsToMs: moment('endsto'),
  };
}

/** Serves `/recordings/capture/{agent}`: begin now, lengthen, stop. */
export const captureNowApi: RouteModule = (app, services) => {
  app.post<ByAgent>('/recordings/capture/:agent', SCHEDULERS, async (request, reply) => {
    const workflow = (await readForm(request)).get('workflowDefinitionId');
    const done = await startCapture(services, whoOf(request), request.params.agent, workflow);
    if (done.kind !== 'done') return conflict(reply, done);
    const location = `${services.urlFor(request)}/recordings/${done.ids[0]}/mediapackage.xml`;
    return reply.code(201).header('location', location).send();
  });
  app.put<ByAgent>('/recordings/capture/:agent/prolong', EXTENDERS, async (request, reply) => {
    const done = await prolongCapture(services, whoOf(request), request.params.agent);
    return done ? answer(reply, done) : nothingRuns(request, reply);
  });
  app.delete<ByAgent>('/recordings/capture/:agent', SCHEDULERS, async (request, reply) => {
    const done = await stopCapture(services, whoOf(request), request.params.agent);
    return done ? answer(reply, done) : reply.code(304).send();
  });
  const timer = setInterval(() => {
    prolongAll(services).catch((error: unknown) => services.log.warn({ error }, 'captures were not lengthened'));
  }, 30_000).unref();
  app.addHook('onClose', async () => clearInterval(timer));
};

const nothingRuns = (request: FastifyRequest<ByAgent>, reply: FastifyReply): FastifyReply =>
  reply.code(404).type('text/plain; charset=utf-8').send(`${request.params.agent} records nothing now\n`);

function answer(reply: FastifyReply, done: Scheduled): FastifyReply {
  if (done.kind === 'conflict') return conflict(reply, done);
  return reply.code(done.kind === 'missing' ? 404 : 200).send();
}

/** Answers 409 with the events that have the hall. */
const conflict = (reply: FastifyReply, done: Scheduled): FastifyReply =>
  reply.code(409).send({ error: 'ConflictsFound', ...packagesJson(done.kind === 'conflict' ? done.with : []) });

function needed(form: Form, name: string): string {
  const text = form.get(name)?.trim();
  if (!text) throw new BadRequest(`${name} is missing`);
  return text;
}

function wholeSlot(form: Form): Booked {
  const [startsAtMs, endsAtMs] = [msField('start', form.get('start')), msField('end', form.get('end'))];
  if (endsAtMs <= startsAtMs) throw new BadRequest('Cannot add event without proper start and end time');
  return { agentId: needed(form, 'agent'), startsAtMs, endsAtMs };
}

function partSlot(form: Form): Partial<Booked> | undefined {
  const [start, end, agent] = ['start', 'end', 'agent'].map((name) => form.get(name)?.trim());
  const slot: Partial<Booked> = {
    ...(start ? { startsAtMs: msField('start', start) } : {}),
    ...(end ? { endsAtMs: msField('end', end) } : {}),
    ...(agent ? { agentId: agent } : {}),
  };
  return Object.keys(slot).length > 0 ? slot : undefined;
}

const durationOf = (form: Form): number => {
  const duration = msField('duration', form.get('duration'));
  if (duration < 1) throw new BadRequest('Cannot schedule events with durations less than 1');
  return duration;
};

function zoneOf(name: string | undefined): Zone {
  const zone = ianaZone(name ?? '');
  if (!zone) throw new BadRequest(`${JSON.stringify(name ?? '')} is no time zone: write Europe/Paris`);
  return zone;
}

/** Inputs and workflow of an event; fields that the form leaves out stay. */
function howOf(form: Form): Pick<EventDraft, 'inputs' | 'workflow' | 'workflowConfiguration' | 'agentProperties'> {
  const [agent, workflow] = [form.get('agentparameters'), form.get('wfproperties')];
  if (agent === undefined && workflow === undefined) return {};
  const said = agentParameters(agent ?? '');
  const processing = agentParameters(workflow ?? '');
  const configuration = {
    ...said.workflowConfiguration,
    ...processing.agentProperties,
    ...processing.workflowConfiguration,
  };
  return {
    ...(agent === undefined
      ? {}
      : { inputs: said.inputs, agentProperties: said.agentProperties, workflow: said.workflow }),
    workflowConfiguration: configuration,
  };
}

/** Bookings to be checked for conflicts: one, or those of a rule. */
function slotsAsked(query: Record<string, string>): Booked[] {
  const { agent = '', start, end, rrule, duration, timezone } = query;
  if (agent === '') throw new BadRequest('agent is missing');
  const slot = { agentId: agent, startsAtMs: msField('start', start), endsAtMs: msField('end', end) };
  if (!rrule) return [slot];
  const zone = timezone ? zoneOf(timezone) : ownZone();
  return ruledSlots({ ...slot, rule: rrule, durationMs: msField('duration', duration), zone });
}
