import { catalogOf, DCTERMS_NAMESPACE, termsOf, type Catalog, type Term } from '@amphi/lib/opencast/dublin-core.ts';
import { checkName, checkTitle } from './lengths.ts';
import { json, type AclEntry, type EventRow, type KeptRow, type NewEvent } from '../store/tables.ts';

/**
 * An agent and the time for which an event occupies it. The end does not count: another event may begin at that moment.
 */
export interface Booked {
  agentId: string;
  startsAtMs: number;
  endsAtMs: number;
}

/** Descriptions of an event or a series, such as title and presenters; time, place and series are separate. */
export type Words = Partial<Omit<Catalog, 'identifier' | 'isPartOf' | 'temporal' | 'spatial' | 'extentMs'>>;

/** A new event as it is asked for. */
export interface EventDraft {
  id: string;
  words: Words & { title: string };
  seriesId?: string | undefined;
  /** Hall and times; undefined: it is not scheduled. */
  slot?: Booked | undefined;
  /** Inputs that are recorded; none: all. */
  inputs?: string[] | undefined;
  workflow?: string | undefined;
  workflowConfiguration?: Record<string, string> | undefined;
  agentProperties?: Record<string, string> | undefined;
  acl?: AclEntry[] | undefined;
  /** Kind of import that the event came by, and its name there. */
  imported?: { source: string; key: string } | undefined;
}

/** Changes of an event; undefined fields stay as they are. */
export interface EventPatch {
  words?: Words | undefined;
  /** Id of its series; '' takes it out of its series. */
  seriesId?: string | undefined;
  slot?: Partial<Booked> | undefined;
  inputs?: string[] | undefined;
  workflow?: string | undefined;
  workflowConfiguration?: Record<string, string> | undefined;
  agentProperties?: Record<string, string> | undefined;
  acl?: AclEntry[] | undefined;
  imported?: { source: string; key: string } | undefined;
}

/** Descriptions as terms of Dublin Core. */
export const termsFrom = (words: Words): Term[] =>
  termsOf({ title: '', creators: [], contributors: [], subjects: [], publishers: [], ...words });

const termsJson = (words: Words): string => json(termsFrom(words));

/** The row of a new event. Throws BadRequest for names and titles that are too long. */
export const rowOf = (draft: EventDraft): NewEvent =>
  checkedRow({
    id: draft.id,
    series: draft.seriesId ?? null,
    title: draft.words.title,
    terms: termsJson(draft.words),
    acl: json(draft.acl ?? []),
    agent: draft.slot?.agentId ?? null,
    starts_at: draft.slot ? new Date(draft.slot.startsAtMs) : null,
    ends_at: draft.slot ? new Date(draft.slot.endsAtMs) : null,
    hall: draft.slot?.agentId ?? null,
    inputs: draft.inputs ?? [],
    workflow: draft.workflow ?? null,
    workflow_configuration: json(draft.workflowConfiguration ?? {}),
    agent_properties: json(draft.agentProperties ?? {}),
    source: draft.imported?.source ?? null,
    source_key: draft.imported?.key ?? null,
  });

const dateOf = (text: string | null): Date | null => (text === null ? null : new Date(text));

/** The row that JSON kept, with its times as dates again. */
export const rowOfKept = (kept: KeptRow): EventRow => ({
  ...kept,
  starts_at: dateOf(kept.starts_at),
  ends_at: dateOf(kept.ends_at),
  recording_state_at: dateOf(kept.recording_state_at),
  created_at: new Date(kept.created_at),
  modified_at: new Date(kept.modified_at),
});

/** Checks a row before it is written, and gives it back; every row must be checked. Throws BadRequest. */
export function checkedRow(row: NewEvent): NewEvent {
  checkName('the id', row.id);
  checkName('the name of the agent', row.agent);
  checkName('the id of the series', row.series);
  checkName('the name of the workflow', row.workflow);
  checkName('the key of the import', row.source_key);
  checkTitle(row.title);
  return row;
}

/** The row of an event after a change. Throws BadRequest as `rowOf` does. */
export function patchedRow(row: EventRow, patch: EventPatch, now: Date): NewEvent {
  const words = { ...wordsOf(row), ...patch.words };
  const slot = patch.slot ? { ...slotOf(row), ...patch.slot } : slotOf(row);
  const moved = slot && slot.agentId !== row.agent;
  return checkedRow({
    ...row,
    series: patch.seriesId === undefined ? row.series : patch.seriesId || null,
    title: words.title ?? row.title,
    terms: json(patch.words ? changedTerms(row, words) : row.terms),
    acl: json(patch.acl ?? row.acl),
    agent: slot?.agentId ?? null,
    starts_at: slot?.startsAtMs === undefined ? null : new Date(slot.startsAtMs),
    ends_at: slot?.endsAtMs === undefined ? null : new Date(slot.endsAtMs),
    hall: moved ? (slot.agentId ?? null) : row.hall,
    inputs: patch.inputs ?? row.inputs,
    workflow: patch.workflow ?? row.workflow,
    workflow_configuration: json(patch.workflowConfiguration ?? row.workflow_configuration),
    agent_properties: json(patch.agentProperties ?? row.agent_properties),
    source: patch.imported?.source ?? row.source,
    source_key: patch.imported?.key ?? row.source_key,
    modified_at: now,
  });
}

/** Names of terms that descriptions hold; all other terms are kept as they came. */
const WORD_TERMS = new Set(
  'title identifier creator contributor subject description language license rightsHolder publisher source type created'.split(
    ' ',
  ),
);

/**
 * The terms of an event after its descriptions changed. Terms whose value is the same keep their language and type;
 * terms of other namespaces or other names stay.
 */
function changedTerms(row: EventRow, words: Words): Term[] {
  const [before, after] = [termsFrom(wordsOf(row)), termsFrom(words)];
  const valuesOf = (terms: readonly Term[], name: string): string =>
    JSON.stringify(terms.filter((one) => isWord(one, name)).map(({ value }) => value));
  const unchanged = [...WORD_TERMS].filter((name) => valuesOf(before, name) === valuesOf(after, name));
  const kept = row.terms.filter(
    (one) => one.namespace !== DCTERMS_NAMESPACE || !WORD_TERMS.has(one.name) || unchanged.includes(one.name),
  );
  const isThere = (name: string): boolean => kept.some((one) => isWord(one, name));
  return [...after.filter(({ name }) => !unchanged.includes(name) || !isThere(name)), ...kept];
}

const isWord = (term: Term, name: string): boolean => term.namespace === DCTERMS_NAMESPACE && term.name === name;

/** Descriptions of an event. */
export const wordsOf = ({ title, terms }: Pick<EventRow, 'title' | 'terms'>): Catalog => ({
  ...catalogOf(terms),
  title,
});

/** Agent and times of an event; undefined if it is not scheduled. */
export const slotOf = ({
  agent,
  starts_at,
  ends_at,
}: Pick<EventRow, 'agent' | 'starts_at' | 'ends_at'>): Booked | undefined =>
  agent !== null && starts_at && ends_at
    ? { agentId: agent, startsAtMs: starts_at.getTime(), endsAtMs: ends_at.getTime() }
    : undefined;
