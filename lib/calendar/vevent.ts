import type { Attachment, CalendarEvent, Complaint, Weight } from './calendar.ts';
import { isCancelled } from './cancelled.ts';
import type { Component } from './components.ts';
import { textIn, textOf, type Property } from './content-line.ts';
import { openMomentReader, type Moment, type Zones } from './event-moments.ts';
import { durationOf, shown, stampOf } from './moments.ts';
import { readRule, RecurrenceError, type Rule } from './rules/rule-text.ts';
import { hasTimeOfDay, isOfWholeDays } from './whole-days.ts';
import type { Zone } from './zones/zoned-time.ts';

/** The texts and attachments of an event. */
export type Words = Pick<
  CalendarEvent,
  'title' | 'description' | 'location' | 'seriesId' | 'organizer' | 'lastModifiedMs' | 'attachments'
>;

/** One VEVENT with its values, before recurrence is expanded. */
export interface Vevent {
  component: Component;
  /** UID; empty if the event has none. */
  uid: string;
  words: Words;
  /** Start; undefined for an exception that has none. */
  start?: Moment;
  /** End, milliseconds since 1970; undefined if the event has none. */
  endsAtMs?: number;
  /** The zone in which its rules are expanded: that of its start, and for a start in UTC the hall's. */
  zone: Zone;
  rules: Rule[];
  excludedRules: Rule[];
  /** Additional occurrences (RDATE). */
  extra: Extra[];
  excluded: Moment[];
  /** The occurrence that this one replaces (RECURRENCE-ID), and whether also those after it. */
  replaces?: Moment;
  isRest: boolean;
  /** Whether RECURRENCE-ID cannot be read: the event then replaces the occurrence at its own start, or stands alone. */
  isStray: boolean;
  /** Whether the rule cannot be followed: only the first start is given. */
  hasLostRule: boolean;
  /** SEQUENCE, then LAST-MODIFIED, then DTSTAMP: of two versions the greater one counts. */
  version: [sequence: number, modifiedMs: number, stampMs: number];
  cancelled: boolean;
}

/** An additional occurrence (RDATE), with its own length in milliseconds if it has one. */
export interface Extra {
  moment: Moment;
  lengthMs?: number;
}

/** The result of reading a VEVENT. */
export interface VeventReading {
  /** The event; undefined if it is lost, or if it is a whole day, which is not recorded. */
  event?: Vevent;
  uid: string;
  complaints: Complaint[];
}

/** Length of an event in milliseconds; a longer event is lost, since its end is probably a mistake. */
const LONGEST_MS = 24 * 3_600_000;

/** Number of dates that an event lists; one that lists more is lost: a lecture a day for ten years has fewer. */
const MOST_DATES = 5000;

/** Value of RANGE for an exception that also changes all later occurrences. */
const REST = 'THISANDFUTURE';

/** Number of complaints about one event; further ones are left out, unless they say that the event is lost. */
const MOST_TOLD = 50;

/** The mistake in an event's length, in words; undefined if there is none. */
function oddLength(ms: number): string | undefined {
  if (ms === 0) return 'ends when it begins';
  if (ms < 0) return 'ends before it begins';
  return ms > LONGEST_MS ? `lasts ${(ms / 3_600_000).toFixed(1)} hours: is its end right?` : undefined;
}

/**
 * Reads one VEVENT. A property that cannot be read is left out with a note; if the time would be a guess, the event is
 * lost.
 */
export function readVevent(component: Component, zones: Zones): VeventReading {
  const complaints: Complaint[] = [];
  const values = (name: string): Property[] => component.properties.filter((one) => one.name === name);
  const uid = textIn(values('UID')[0]?.value ?? '');
  const words = wordsOf(values);
  const name = words.title || uid || 'an event without title';
  const tell = (weight: Weight, text: string, line = component.line): void => {
    if (complaints.length < MOST_TOLD || weight === 'lost')
      complaints.push({ ...(uid ? { uid } : {}), text: `"${name.slice(0, 200)}" ${text}`, line, weight });
  };
  const lost = (text: string, line?: number): VeventReading => {
    tell('lost', text, line);
    return { uid, complaints };
  };
  const listed = ['EXDATE', 'RDATE'].flatMap(values).reduce((sum, { value }) => sum + value.split(/[,;]/).length, 0);
  if (listed > MOST_DATES) return lost(`lists more than ${MOST_DATES} dates (EXDATE, RDATE)`);
  const moments = openMomentReader(zones, tell);
  const [startLine] = values('DTSTART');
  const written = startLine && moments.first(startLine);
  const [replacesLine] = values('RECURRENCE-ID');
  const replaces = replacesLine && moments.first(replacesLine, written);
  const isOfDays = written !== undefined && isOfWholeDays(component, written, zones.hall);
  const cancelled = isCancelled(component) || isOfDays;
  const start = isOfDays ? undefined : written;
  if (startLine && !written) return lost(`has a start that is none: ${quoted(startLine)}`, startLine.line);
  if (differ(values('DTSTART'), moments)) return lost('has two starts');
  if (isOfDays && !(replaces && hasTimeOfDay(replaces))) {
    tell('trifle', 'is of whole days: it is left out');
    return { uid, complaints };
  }
  if (isOfDays && replaces) tell('doubt', `is of whole days now, instead of ${shown(replaces.wallMs)}: it is left out`);
  if (!start && !replaces) return lost('has no start');
  const end = endOf(values, start, moments);
  if (typeof end === 'string' && !cancelled) return lost(end);
  const endsAtMs = typeof end === 'number' ? end : undefined;
  const odd = start && endsAtMs !== undefined && !cancelled ? oddLength(endsAtMs - start.atMs) : undefined;
  if (odd !== undefined) return lost(odd);
  if (start && end === undefined && !replaces && !cancelled) return lost('has no end');
  const hasLostRule: boolean[] = [];
  const rulesOf = (property: string, weight: Weight): Rule[] =>
    values(property).flatMap((one) => {
      const rule = ruleOf(one, tell, weight);
      if (!rule && property === 'RRULE') hasLostRule.push(true);
      return rule ?? [];
    });
  const zone = start?.isUtc === false ? start.zone : (start?.said ?? zones.hall);
  tellLeftOut(values, replaces, tell);
  tellDoubts(values, start, endsAtMs, tell);
  const event: Vevent = {
    component,
    uid,
    words,
    zone,
    cancelled,
    ...(start ? { start } : {}),
    ...(endsAtMs === undefined ? {} : { endsAtMs }),
    rules: rulesOf('RRULE', 'doubt'),
    excludedRules: rulesOf('EXRULE', 'doubt'),
    extra: values('RDATE').flatMap((one) => extraIn(one, start, moments)),
    excluded: values('EXDATE').flatMap((one) => moments.all(one, start)),
    ...(replaces ? { replaces } : {}),
    isRest: replacesLine?.parameters.get('RANGE')?.toUpperCase() === REST,
    isStray: replacesLine !== undefined && !replaces,
    hasLostRule: hasLostRule.length > 0,
    version: versionOf(values, words, moments),
  };
  return { event, uid, complaints };
}

/** Whether properties name different instants. */
const differ = (properties: readonly Property[], moments: Moments): boolean =>
  new Set(properties.map((one) => moments.first(one)?.atMs)).size > 1;

/** Tells what is there and may be meant otherwise. */
function tellDoubts(
  values: (name: string) => Property[],
  start: Moment | undefined,
  endsAtMs: number | undefined,
  tell: (weight: Weight, text: string, line?: number) => void,
): void {
  const [lengthLine] = values('DURATION');
  const lengthMs = lengthLine && durationOf(lengthLine.value);
  if (start && lengthMs && endsAtMs !== undefined && start.atMs + lengthMs !== endsAtMs)
    tell('doubt', `has a DTEND and a DURATION that differ: DTEND counts`, lengthLine.line);
  const [replacesLine] = values('RECURRENCE-ID');
  const range = replacesLine?.parameters.get('RANGE') ?? REST;
  if (range.toUpperCase() !== REST)
    tell(
      'doubt',
      `has RANGE=${range.slice(0, 60)}, which is not followed: one occurrence is changed`,
      replacesLine?.line,
    );
}

/** Tells what is there and says nothing. */
function tellLeftOut(
  values: (name: string) => Property[],
  replaces: Moment | undefined,
  tell: (weight: Weight, text: string, line?: number) => void,
): void {
  const isEmpty = ({ value }: Property): boolean => value.trim() === '';
  for (const one of ['EXDATE', 'RDATE', 'RECURRENCE-ID'].flatMap((name) => values(name).filter(isEmpty)))
    tell('trifle', `has ${one.name} with nothing behind it: left out`, one.line);
  for (const one of ['LAST-MODIFIED', 'DTSTAMP'].flatMap((name) => values(name).slice(0, 1)))
    if (!isEmpty(one) && !stampOf(one.value))
      tell('trifle', `has ${one.name} ${quoted(one)}, which is no date: left out`, one.line);
  const [replacesLine] = values('RECURRENCE-ID');
  if (replacesLine && !replaces && !isEmpty(replacesLine))
    tell('doubt', `replaces ${quoted(replacesLine)}, which is no date: it stands for itself`, replacesLine.line);
}

const quoted = ({ value }: Property): string => JSON.stringify(value.trim().slice(0, 60));

function wordsOf(values: (name: string) => Property[]): Words {
  const word = (name: string): string => textOf(values(name)[0]);
  const optional = (key: string, value: string) => (value ? { [key]: value } : {});
  const [organizer] = values('ORGANIZER');
  const person = textIn(organizer?.parameters.get('CN') ?? '') || word('ORGANIZER').replace(/^mailto:/i, '');
  return {
    title: word('SUMMARY'),
    ...optional('description', word('DESCRIPTION')),
    ...optional('location', word('LOCATION')),
    ...optional('seriesId', word('RELATED-TO')),
    ...optional('organizer', person),
    attachments: values('ATTACH').flatMap(attachmentOf),
  };
}

/** The files inside of the event; linked ones are ignored. */
function attachmentOf({ parameters, value }: Property): Attachment[] {
  if (parameters.get('ENCODING')?.toUpperCase() !== 'BASE64') return [];
  return [
    {
      name: parameters.get('X-APPLE-FILENAME') || parameters.get('FILENAME') || '',
      mimeType: parameters.get('FMTTYPE') ?? '',
      content: Buffer.from(value, 'base64').toString('utf8'),
    },
  ];
}

type Moments = ReturnType<typeof openMomentReader>;

/** The end of an event: an instant, why it is none, or undefined if the event does not say. */
function endOf(
  values: (name: string) => Property[],
  start: Moment | undefined,
  moments: Moments,
): number | string | undefined {
  const [endLine, ...others] = values('DTEND').filter(({ value }) => value.trim() !== '');
  const [lengthLine] = values('DURATION');
  if (endLine) {
    const end = moments.first(endLine, start);
    if (!end && !lengthLine) return `has an end that is none: ${quoted(endLine)}`;
    if (end && others.some((one) => moments.first(one, start)?.atMs !== end.atMs)) return 'has two ends';
    if (end) return end.isDate ? `ends on a day without an hour: ${quoted(endLine)}` : end.atMs;
  }
  if (!lengthLine || lengthLine.value.trim() === '') return undefined;
  const lengthMs = durationOf(lengthLine.value);
  if (lengthMs === undefined) return `has a duration that is none: ${quoted(lengthLine)}`;
  return start ? start.atMs + lengthMs : undefined;
}

function ruleOf(
  { name, value, line }: Property,
  tell: (weight: Weight, text: string, line: number) => void,
  weight: Weight,
): Rule | undefined {
  try {
    const rule = readRule(value);
    for (const note of rule.notes) tell('trifle', `has a rule in which ${note}`, line);
    return rule;
  } catch (error) {
    if (!(error instanceof RecurrenceError)) throw error;
    tell(weight, `${name === 'RRULE' ? 'stands with its first start alone: ' : ''}${error.message}`, line);
    return undefined;
  }
}

function extraIn(property: Property, start: Moment | undefined, moments: Moments): Extra[] {
  const pieces = property.value.split(/[,;]/).map((text) => text.split('/'));
  return pieces.flatMap(([from = '', to]) => {
    const [moment] = moments.all({ ...property, value: from }, start);
    if (!moment) return [];
    if (to === undefined) return [{ moment }];
    const [end] = to.trim().toUpperCase().startsWith('P') ? [] : moments.all({ ...property, value: to }, start);
    const lengthMs = end ? end.atMs - moment.atMs : durationOf(to);
    return lengthMs !== undefined && lengthMs > 0 && lengthMs <= LONGEST_MS ? [{ moment, lengthMs }] : [{ moment }];
  });
}

function versionOf(values: (name: string) => Property[], words: Words, moments: Moments): Vevent['version'] {
  const instant = (name: string): number => moments.stamp(values(name)[0]) ?? 0;
  const modifiedMs = instant('LAST-MODIFIED');
  if (modifiedMs !== 0) words.lastModifiedMs = modifiedMs;
  const sequence = Number(values('SEQUENCE')[0]?.value ?? 0);
  return [Number.isSafeInteger(sequence) ? sequence : 0, modifiedMs, instant('DTSTAMP')];
}
