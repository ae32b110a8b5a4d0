import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { AclEntry } from '../../store/tables.ts';
import type { Zone } from '@amphi/lib/calendar/zones/zoned-time.ts';
import { BadRequest } from '../../catalogue/bad-request.ts';
import { LONGEST_MS } from '../../catalogue/lengths.ts';
import { isoField, jsonField } from '../fields.ts';
import type { Booked, EventDraft, EventPatch } from '../../catalogue/event-rows.ts';
import { numbered, ruledSlots } from '../../timetable/opencast-rule.ts';
import type { Form } from '../form.ts';
import { aclField } from './acl.ts';
import { catalogsField, EPISODE } from './metadata.ts';

const scheduling = z.object({
  agent_id: z.string().trim().min(1).optional(),
  start: z.string().optional(),
  end: z.string().optional(),
  duration: z
    .union([
      z.int('must be whole milliseconds'),
      z
        .string()
        .regex(/^\d{1,10}$/, 'must be milliseconds')
        .transform(Number),
    ])
    .refine((ms) => ms > 0 && ms <= LONGEST_MS, 'must be milliseconds, 24 hours at most')
    .optional(),
  inputs: z.array(z.string()).nullish(),
  rrule: z.string().optional(),
});
const processing = z.object({
  workflow: z.string().optional(),
  configuration: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).optional(),
});

/** Hall, times and inputs that a form gives for an event; those that it leaves out stay. */
export interface Wish {
  slot: Partial<Booked>;
  inputs?: string[];
  rule?: string;
  durationMs?: number;
}

/**
 * Reads `scheduling`: start and end, or start and duration in milliseconds; with a rule all three. Throws BadRequest.
 */
export function schedulingField(text: string): Wish {
  const { agent_id, start, end, duration, inputs, rrule } = jsonField('scheduling', text, scheduling);
  if (!end && duration === undefined) throw new BadRequest("Either 'end' or 'duration' must be specified");
  if (rrule && !(start && end && duration !== undefined)) {
    throw new BadRequest("'start', 'end' and 'duration' must be specified when 'rrule' is specified");
  }
  const startsAtMs = start ? isoField('start', start) : undefined;
  const durationMs = duration;
  const endsAtMs = end ? isoField('end', end) : startsAtMs === undefined ? undefined : startsAtMs + (durationMs ?? 0);
  return {
    slot: {
      ...(agent_id ? { agentId: agent_id } : {}),
      ...(startsAtMs === undefined ? {} : { startsAtMs }),
      ...(endsAtMs === undefined ? {} : { endsAtMs }),
    },
    ...(inputs ? { inputs } : {}),
    ...(rrule ? { rule: rrule } : {}),
    ...(durationMs === undefined ? {} : { durationMs }),
  };
}

/** Changes of an event that a form gives. Throws BadRequest. */
export function patchOf(form: Form): EventPatch {
  const [metadata, acl, schedule, process] = ['metadata', 'acl', 'scheduling', 'processing'].map((name) =>
    form.get(name),
  );
  const said = metadata ? catalogsField(metadata, EPISODE) : undefined;
  const wish = schedule ? schedulingField(schedule) : undefined;
  if (wish?.rule) throw new BadRequest('an event that is there cannot be repeated by a rule');
  return {
    words: said?.words,
    seriesId: said?.seriesId,
    acl: acl ? aclField(acl) : undefined,
    slot: wish?.slot,
    inputs: wish?.inputs,
    ...processingField(process),
  };
}

/** Reads `processing`: the workflow of a recording and its parameters. Throws BadRequest. */
export function processingField(text: string | undefined): Pick<EventDraft, 'workflow' | 'workflowConfiguration'> {
  if (!text) return {};
  const { workflow, configuration } = jsonField('processing', text, processing);
  return { workflow, workflowConfiguration: configuration };
}

/**
 * Events that a form asks for: one, or one for each day of its rule, numbered as Opencast does. Throws BadRequest for a
 * form without a field that is needed.
 */
export function draftsOf(form: Form, zoneOf: (agent: string) => Zone): EventDraft[] {
  const metadata = form.get('metadata');
  const schedule = form.get('scheduling');
  if (!metadata) throw new BadRequest('metadata is missing: a catalog with at least a title');
  if (!schedule) throw new BadRequest('scheduling is missing, and there is no film (presenter, presentation, audio)');
  const { words, seriesId } = catalogsField(metadata, EPISODE);
  const { title } = words;
  if (!title) throw new BadRequest('the title is missing in the catalog dublincore/episode');
  const wish = schedulingField(schedule);
  const acl: AclEntry[] = form.get('acl') ? aclField(form.get('acl') ?? '') : [];
  const shared = { seriesId: seriesId ?? '', acl, inputs: wish.inputs, ...processingField(form.get('processing')) };
  const slots = slotsOf(wish, zoneOf);
  return slots.map((slot, n) => ({
    ...shared,
    id: randomUUID(),
    words: { ...words, title: wish.rule ? numbered(title, n) : title },
    slot,
  }));
}

function slotsOf({ slot, rule, durationMs }: Wish, zoneOf: (agent: string) => Zone): Booked[] {
  const { agentId, startsAtMs, endsAtMs } = slot;
  if (!agentId) throw new BadRequest('agent_id is missing in scheduling');
  if (startsAtMs === undefined || endsAtMs === undefined) throw new BadRequest('start is missing in scheduling');
  if (endsAtMs <= startsAtMs) throw new BadRequest('it must end after it begins');
  if (!rule) return [{ agentId, startsAtMs, endsAtMs }];
  return ruledSlots({ agentId, startsAtMs, endsAtMs, rule, durationMs: durationMs ?? 0, zone: zoneOf(agentId) });
}
