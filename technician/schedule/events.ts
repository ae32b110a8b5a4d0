import type { Zone } from '#lib/calendar/zones/zoned-time.ts';
import { DialError } from '#technician/dial/dial-error.ts';
import type { Answer, Server } from '#technician/dial/server.ts';
import { tableOf } from '#technician/output/columns.ts';
import { clockText, dateText, dayOf, durationOf, isoOf, momentOf } from './times.ts';

type Print = (line: string) => void;
type Zones = (hall: string) => Zone;

/** Event of the External API, with the fields that are used here. */
interface ApiEvent {
  identifier: string;
  title: string;
  presenter: string[];
  is_part_of: string;
  series: string;
  status: string;
  scheduling?: { agent_id?: string; start?: string; end?: string };
}

/** Flags of `list`. */
export interface ListFlags {
  hall?: string;
  series?: string;
  from?: string;
  to?: string;
  json?: boolean;
}

const WEEK_MS = 7 * 86_400_000;

/** Prints the events of a period, by default of the next week. */
export async function listEvents(server: Server, zones: Zones, flags: ListFlags, print: Print): Promise<void> {
  const zone = zones(flags.hall ?? '');
  const fromMs = flags.from ? dayOf(flags.from, zone, false) : Date.now();
  const toMs = flags.to ? dayOf(flags.to, zone, true) : fromMs + WEEK_MS;
  const filter = [
    `technical_start:${isoOf(fromMs)}/${isoOf(toMs)}`,
    ...(flags.hall ? [`agent_id:${flags.hall}`] : []),
    ...(flags.series ? [`is_part_of:${flags.series}`] : []),
  ].join(',');
  const query = { filter, sort: 'start_date:ASC,location:ASC', withscheduling: 'true' };
  const events = good(await server.ask('GET', '/api/events', { query })) as ApiEvent[];
  if (flags.json) print(JSON.stringify(events, null, 2));
  else if (events.length === 0) print('Nothing is scheduled then.');
  else for (const line of tableOf(events.map((event) => rowOf(event, zones)))) print(line);
}

function rowOf(event: ApiEvent, zones: Zones): string[] {
  const { agent_id: hall = '', start, end } = event.scheduling ?? {};
  const zone = zones(hall);
  const when =
    start && end
      ? `${dateText(zone, Date.parse(start))} ${clockText(zone, Date.parse(start))}-${clockText(zone, Date.parse(end))}`
      : '';
  const state = event.status.replace(/^.*\./, '').toLowerCase().replaceAll('_', ' ');
  const by = event.presenter.length > 0 ? ` (${event.presenter.join(', ')})` : '';
  return [when, hall, event.series || event.is_part_of || '-', state, event.identifier, `${event.title}${by}`];
}

/** Flags about the times of an event. */
export interface TimeFlags {
  hall?: string;
  start?: string;
  end?: string;
  duration?: string;
}

/** Flags of `add`. */
export interface AddFlags extends TimeFlags {
  title: string;
  series?: string;
  presenter?: string[];
  description?: string;
  every?: string;
  until?: string;
  workflow?: string;
}

/**
 * Schedules one lecture, or one on some days of each week until a day. Prints the ids; `tell` gets a line about the
 * time zone of the hours.
 */
export async function addEvent(
  server: Server,
  zones: Zones,
  flags: AddFlags & { hall: string; start: string },
  print: Print,
  tell: Print,
): Promise<number> {
  await knownHall(server, flags.hall);
  const zone = zones(flags.hall);
  const startMs = momentOf(flags.start, zone);
  const endMs = endOf(flags, zone, startMs);
  if (endMs === undefined) throw new DialError('when does it end? --end "2026-09-14 10:30" or --duration 2h');
  const form = new FormData();
  form.set('metadata', JSON.stringify([{ flavor: 'dublincore/episode', fields: await fieldsOf(server, flags) }]));
  form.set('acl', '[]');
  if (flags.workflow) form.set('processing', JSON.stringify({ workflow: flags.workflow, configuration: {} }));
  form.set(
    'scheduling',
    JSON.stringify({ agent_id: flags.hall, start: isoOf(startMs), ...lastingOf(flags, zone, startMs, endMs) }),
  );
  const answer = await server.ask('POST', '/api/events', { body: form });
  if (answer.status === 409) return taken(answer, flags.hall, zone, print);
  const made = [good(answer)].flat() as { identifier: string }[];
  for (const { identifier } of made) print(identifier);
  const hours = `${clockText(zone, startMs)}-${clockText(zone, endMs)}`;
  tell(`in ${flags.hall} on ${dateText(zone, startMs)}, ${hours}, on the clock of ${zone.name}`);
  return 0;
}

/** End of a lecture, or its rule of recurrence; in Opencast's rules the hour is in UTC, as on the first day. */
function lastingOf({ every, until }: AddFlags, zone: Zone, startMs: number, endMs: number): object {
  if (!every && !until) return { end: isoOf(endMs) };
  if (!every || !until) throw new DialError('a lecture that repeats needs both: --every MO,WE --until 2026-12-18');
  const days = every.toUpperCase().split(/[ ,]+/);
  const wrong = days.find((day) => !/^(MO|TU|WE|TH|FR|SA|SU)$/.test(day));
  if (wrong !== undefined) throw new DialError(`${wrong} is no day: --every takes MO, TU, WE, TH, FR, SA, SU`);
  const at = new Date(startMs);
  const rule = `FREQ=WEEKLY;BYDAY=${days.join(',')};BYHOUR=${at.getUTCHours()};BYMINUTE=${at.getUTCMinutes()}`;
  return { end: isoOf(dayOf(until, zone, true)), duration: endMs - startMs, rrule: rule };
}

async function fieldsOf(server: Server, { title, series, presenter = [], description }: AddFlags): Promise<object[]> {
  return [
    { id: 'title', value: title },
    { id: 'creator', value: presenter },
    ...(description ? [{ id: 'description', value: description }] : []),
    ...(series ? [{ id: 'isPartOf', value: await seriesId(server, series) }] : []),
  ];
}

/** Id of a series that is named by its title or its id. */
async function seriesId(server: Server, name: string): Promise<string> {
  const all = good(await server.ask('GET', '/api/series')) as { identifier: string; title: string }[];
  const found = all.find(({ identifier }) => identifier === name) ?? all.find(({ title }) => title === name);
  return found?.identifier ?? name;
}

async function knownHall(server: Server, hall: string): Promise<void> {
  const agents = good(await server.ask('GET', '/api/agents')) as { agent_id: string }[];
  if (agents.some(({ agent_id }) => agent_id === hall)) return;
  const names = agents.map(({ agent_id }) => agent_id).join(', ');
  throw new DialError(`no hall is called ${hall}; known are ${names || 'none yet'}`);
}

/** Moves an event to another hall or time; if only a new start is given it keeps its length. */
export async function moveEvent(
  server: Server,
  zones: Zones,
  id: string,
  flags: TimeFlags,
  print: Print,
): Promise<number> {
  const path = `/api/events/${encodeURIComponent(id)}/scheduling`;
  const before = await server.ask('GET', path);
  if (before.status === 204) throw new DialError(`${id} is not scheduled`);
  const was = good(before, id) as { agent_id: string; start: string; end: string };
  if (flags.hall) await knownHall(server, flags.hall);
  const hall = flags.hall ?? was.agent_id;
  const zone = zones(hall);
  const startMs = flags.start ? momentOf(flags.start, zone) : Date.parse(was.start);
  const endMs = endOf(flags, zone, startMs) ?? startMs + Date.parse(was.end) - Date.parse(was.start);
  const body = new URLSearchParams({
    scheduling: JSON.stringify({ agent_id: hall, start: isoOf(startMs), end: isoOf(endMs) }),
  });
  const answer = await server.ask('PUT', path, { body });
  if (answer.status === 409) return taken(answer, hall, zone, print);
  good(answer, id);
  print(
    `${id} is in ${hall} on ${dateText(zone, startMs)} from ${clockText(zone, startMs)} to ${clockText(zone, endMs)}`,
  );
  return 0;
}

function endOf({ end, duration }: TimeFlags, zone: Zone, startMs: number): number | undefined {
  if (end && duration) throw new DialError('--end or --duration, not both');
  if (duration) return startMs + durationOf(duration);
  if (!end) return undefined;
  const isClock = /^\d{1,2}[:h]\d\d$/.test(end);
  return momentOf(isClock ? `${dateText(zone, startMs)} ${end}` : end, zone);
}

/** Removes events; one with a recording only if forced. */
export async function cancelEvents(
  server: Server,
  ids: readonly string[],
  force: boolean,
  print: Print,
): Promise<number> {
  for (const id of ids) {
    const event = good(await server.ask('GET', `/api/events/${encodeURIComponent(id)}`), id) as ApiEvent;
    if (!force && !event.status.endsWith('.SCHEDULED')) {
      throw new DialError(
        `"${event.title}" was recorded, and what was recorded would go too: --force takes it out all the same`,
      );
    }
  }
  for (const id of ids) {
    good(await server.ask('DELETE', `/api/events/${encodeURIComponent(id)}`), id);
    print(`${id} is cancelled`);
  }
  return 0;
}

function taken({ json }: Answer, hall: string, zone: Zone, print: Print): number {
  for (const { start, end, title } of json as { start: string; end: string; title: string }[]) {
    const when = `${dateText(zone, Date.parse(start))} from ${clockText(zone, Date.parse(start))} to ${clockText(zone, Date.parse(end))}`;
    print(`${hall} is taken on ${when}: "${title}"`);
  }
  return 1;
}

function good({ status, json, text }: Answer, id?: string): unknown {
  if (status === 404) throw new DialError(id === undefined ? text.trim() : `there is no event ${id}`);
  if (status >= 400) throw new DialError(text.trim());
  return json;
}
