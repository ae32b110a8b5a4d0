import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EventRow } from '../../store/tables.ts';
import {
  addEvents,
  changeEvent,
  removeEvents,
  type Scheduled,
  type ScheduleOptions,
} from '../../timetable/schedule.ts';
import { zoneOfAgent } from '../../timetable/zones.ts';
import { whoOf } from '../http-access.ts';
import { readForm } from '../form.ts';
import type { RouteModule, Services } from '../services.ts';
import { withEntry, withoutEntry } from '../../catalogue/access.ts';
import { mayOverlap } from '../../identity/permissions.ts';
import { aclField, aclJson } from './acl.ts';
import { EVENT_READERS, SCHEDULERS } from './base.ts';
import { draftsOf, patchOf, schedulingField } from './event-forms.ts';
import { uploadEvent, withUpload } from './event-upload.ts';
import { eventJson, schedulingJson, toldOfEvent, type Besides } from './event-json.ts';
import { findEvent, listEvents, type ListedEvent } from '../../catalogue/list-events.ts';
import { catalogsJson, EPISODE, fieldsJson, valuesField } from './metadata.ts';
import { filtersOf, isTrue, pageOf, sortingOf, type Query } from './paging.ts';
import { allowedIn } from './by-access.ts';
import { asksPublications, publicationsOfEvents } from './publications-api.ts';
import { conflict, noContent, notFound } from './replies.ts';
import { wordsOf } from '../../catalogue/event-rows.ts';
import type { EventPatch } from '../../catalogue/event-rows.ts';

type ById = { Params: { id: string }; Querystring: Query };

const besidesOf = (query: Query, publications?: readonly object[]): Besides => ({
  acl: isTrue(query, 'withacl'),
  metadata: isTrue(query, 'withmetadata'),
  scheduling: isTrue(query, 'withscheduling'),
  publications: asksPublications(query) ? (publications ?? []) : undefined,
});

const noEvent = (reply: FastifyReply, id: string): FastifyReply =>
  notFound(reply, `Cannot find an event with id '${id}'.`);

/** Serves `/api/events`: list, find, make, change, remove. */
export const eventsApi: RouteModule = (app, services) => {
  const { database, clock } = services;
  const askedPublications = async (request: FastifyRequest<{ Querystring: Query }>, events: readonly ListedEvent[]) =>
    asksPublications(request.query) ? publicationsOfEvents(database, events, services.urlFor(request)) : new Map();
  app.get<{ Querystring: Query }>('/api/events', EVENT_READERS, async (request) => {
    const { query, apiMinor } = request;
    const filters = filtersOf(query, apiMinor);
    const listing = {
      filters,
      allowed: allowedIn(request),
      sorting: sortingOf(query),
      strict: apiMinor >= 1,
      ...pageOf(query),
    };
    const events = await listEvents(database, listing);
    const publications = await askedPublications(request, events);
    return events.map((event) =>
      eventJson(event, apiMinor, besidesOf(query, publications.get(event.id)), clock.nowMs()),
    );
  });
  app.get<ById>('/api/events/:id', EVENT_READERS, async (request, reply) => {
    const { params, query, apiMinor } = request;
    const event = await findEvent(database, params.id);
    if (!event) return noEvent(reply, params.id);
    const publications = (await askedPublications(request, [event])).get(event.id);
    return eventJson(event, apiMinor, besidesOf(query, publications), clock.nowMs());
  });
  app.post('/api/events', SCHEDULERS, (request, reply) =>
    withUpload(services, request, async (form, films) => {
      if (films.length > 0 && !form.get('scheduling')) {
        return made(request, reply, [await uploadEvent(services, request, form, films)]);
      }
      const drafts = draftsOf(form, (agent) => zoneOfAgent(services.roster, agent));
      const done = await addEvents(services, whoOf(request), drafts);
      if (done.kind === 'done') sayUnknown(services, reply, drafts[0]?.slot?.agentId);
      return done.kind === 'done' ? made(request, reply, done.ids) : conflict(request, reply, othersOf(done));
    }),
  );
  /** Status of the answer: 201 for one event, 200 for the events of a rule. */
  const made = (request: FastifyRequest, reply: FastifyReply, ids: readonly string[]): FastifyReply => {
    const identifiers = ids.map((identifier) => ({ identifier }));
    const [first] = identifiers;
    if (identifiers.length !== 1 || !first) return reply.send(identifiers);
    return reply
      .code(201)
      .header('location', `${services.urlFor(request)}/api/events/${first.identifier}`)
      .send(first);
  };
  app.post<ById>('/api/events/:id', SCHEDULERS, async (request, reply) => {
    const patch = patchOf(await readForm(request));
    return answer(request, reply, await changeEvent(services, whoOf(request), request.params.id, patch));
  });
  app.delete<ById>('/api/events/:id', SCHEDULERS, async (request, reply) =>
    answer(request, reply, await removeEvents(services, whoOf(request), [request.params.id])),
  );
};

/**
 * Warns, in the log and in a header of the answer, that an event is planned for an unknown agent: a hall may be planned
 * before its agent exists, but with a misspelt name nobody would record the lecture.
 */
function sayUnknown({ roster, log }: Services, reply: FastifyReply, agent: string | undefined): void {
  if (agent === undefined || roster.get(agent)) return;
  log.warn({ agent }, 'an event was planned for an agent that never registered');
  const name = agent.replaceAll(/[^\w .-]/g, '_').slice(0, 100);
  void reply.header(
    'warning',
    `199 amphi "no agent ${name} has ever registered: nobody will record this until one does"`,
  );
}

const othersOf = (done: Scheduled): readonly EventRow[] => (done.kind === 'conflict' ? done.with : []);

function answer(request: FastifyRequest<ById>, reply: FastifyReply, done: Scheduled): FastifyReply {
  if (done.kind === 'missing') return noEvent(reply, request.params.id);
  return done.kind === 'conflict' ? conflict(request, reply, done.with) : noContent(reply);
}

/** Serves the parts of an event that are read and set alone. */
export const eventPartsApi: RouteModule = (app, services) => {
  const change = async (
    request: FastifyRequest<ById>,
    reply: FastifyReply,
    patch: EventPatch,
    allowConflict: ScheduleOptions['allowConflict'] = false,
  ) => answer(request, reply, await changeEvent(services, whoOf(request), request.params.id, patch, { allowConflict }));
  const tell = async (request: FastifyRequest<ById>, reply: FastifyReply, part: (event: ListedEvent) => unknown) => {
    const event = await findEvent(services.database, request.params.id);
    return event ? part(event) : noEvent(reply, request.params.id);
  };

  app.get<ById>('/api/events/:id/scheduling', EVENT_READERS, (request, reply) =>
    tell(request, reply, (event) => schedulingJson(event) ?? noContent(reply)),
  );
  app.put<ById>('/api/events/:id/scheduling', SCHEDULERS, async (request, reply) => {
    const form = await readForm(request);
    const { slot, inputs, durationMs } = schedulingField(form.get('scheduling') ?? '');
    sayUnknown(services, reply, slot.agentId);
    const may = form.get('allowConflict') === 'true' && mayOverlap(whoOf(request));
    return change(
      request,
      reply,
      { slot: { ...slot, ...(slot.endsAtMs ? {} : await lasting(request, durationMs)) }, inputs },
      may,
    );
  });
  /** End of an event from a duration in ms, counted from its start. */
  const lasting = async (request: FastifyRequest<ById>, durationMs = 0): Promise<{ endsAtMs?: number }> => {
    const event = await findEvent(services.database, request.params.id);
    return event?.starts_at ? { endsAtMs: event.starts_at.getTime() + durationMs } : {};
  };

  app.get<ById>('/api/events/:id/metadata', EVENT_READERS, (request, reply) =>
    tell(request, reply, (event) => {
      const { type } = request.query;
      if (type === undefined) return catalogsJson(EPISODE, wordsOf(event), toldOfEvent(event));
      if (type === EPISODE.flavor) return fieldsJson(EPISODE, wordsOf(event), toldOfEvent(event));
      return notFound(reply, `Cannot find a catalog with type '${String(type)}' for event with id '${event.id}'.`);
    }),
  );
  app.put<ById>('/api/events/:id/metadata', SCHEDULERS, async (request, reply) => {
    const said = valuesField((await readForm(request)).get('metadata') ?? '', EPISODE);
    return change(request, reply, { words: said.words, seriesId: said.seriesId });
  });
  app.delete<ById>('/api/events/:id/metadata', SCHEDULERS, async (_request, reply) =>
    reply
      .code(403)
      .type('text/plain; charset=utf-8')
      .send('The main metadata catalog cannot be deleted as it has mandatory fields.'),
  );

  app.get<ById>('/api/events/:id/acl', EVENT_READERS, (request, reply) =>
    tell(request, reply, ({ acl }) => aclJson(acl)),
  );
  app.put<ById>('/api/events/:id/acl', SCHEDULERS, async (request, reply) =>
    change(request, reply, { acl: aclField((await readForm(request)).get('acl') ?? '') }),
  );
  type Entry = { Params: { id: string; action: string; role: string }; Querystring: Query };
  const aclOf = async (id: string) => (await findEvent(services.database, id))?.acl ?? [];
  app.post<Entry>('/api/events/:id/acl/:action', SCHEDULERS, async (request, reply) => {
    const { id, action } = request.params;
    const role = (await readForm(request)).get('role') ?? '';
    if (role === '') return reply.code(400).type('text/plain; charset=utf-8').send('role is missing');
    return change(request, reply, { acl: withEntry(await aclOf(id), action, role) });
  });
  app.delete<Entry>('/api/events/:id/acl/:action/:role', SCHEDULERS, async (request, reply) => {
    const { id, action, role } = request.params;
    return change(request, reply, { acl: withoutEntry(await aclOf(id), action, role) });
  });
};
