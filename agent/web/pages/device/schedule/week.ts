/** Weeks on the clock of the hall. Pure. */

export interface WallClock {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  formats.set(zone, made);
  return made;
}

/** The time that a clock in a zone shows at a moment. */
export function wallClock(atMs: number, zone: string): WallClock {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0 } = parts;
  return { year, month, day, hour, minute };
}

const asUtc = ({ year, month, day, hour, minute }: WallClock): number => Date.UTC(year, month - 1, day, hour, minute);

/** The moment at which a clock in a zone shows a time; of an hour that comes twice, the first. */
export function momentOf(clock: WallClock, zone: string): number {
  const wish = asUtc(clock);
  const offsetAt = (atMs: number): number => asUtc(wallClock(atMs, zone)) - Math.floor(atMs / 60_000) * 60_000;
  const first = wish - offsetAt(wish - 12 * 3_600_000);
  const second = wish - offsetAt(first);
  return asUtc(wallClock(first, zone)) === wish ? first : second;
}

const DAY_MS = 86_400_000;

export interface Day {
  year: number;
  month: number;
  day: number;
  /** Noon in the zone, from which the name of the day is made. */
  noonMs: number;
}

/** The days of the week that a moment is in, from Monday on; `shift` weeks later. */
export function weekOf(atMs: number, zone: string, shift = 0): Day[] {
  const { year, month, day } = wallClock(atMs, zone);
  const date = Date.UTC(year, month - 1, day);
  const monday = date - ((new Date(date).getUTCDay() + 6) % 7) * DAY_MS + shift * 7 * DAY_MS;
  return Array.from({ length: 7 }, (_, index) => {
    const one = new Date(monday + index * DAY_MS);
    const on = { year: one.getUTCFullYear(), month: one.getUTCMonth() + 1, day: one.getUTCDate() };
    return { ...on, noonMs: momentOf({ ...on, hour: 12, minute: 0 }, zone) };
  });
}

interface Timed {
  startsAtMs: number;
  endsAtMs: number;
}

export interface Block<Event> {
  event: Event;
  /** Minutes since midnight. */
  from: number;
  to: number;
  /** Column among the events at the same time, and number of these columns. */
  lane: number;
  lanes: number;
}

/** The events of a day of the calendar; those at the same time are side by side. */
export function blocksOf<Event extends Timed>(events: readonly Event[], day: Day, zone: string): Block<Event>[] {
  const minuteOn = (atMs: number, otherwise: number): number => {
    const clock = wallClock(atMs, zone);
    const isOn = clock.year === day.year && clock.month === day.month && clock.day === day.day;
    return isOn ? clock.hour * 60 + clock.minute : otherwise;
  };
  const begin = momentOf({ ...day, hour: 0, minute: 0 }, zone);
  const next = new Date(Date.UTC(day.year, day.month - 1, day.day + 1));
  const tomorrow = { year: next.getUTCFullYear(), month: next.getUTCMonth() + 1, day: next.getUTCDate() };
  const end = momentOf({ ...tomorrow, hour: 0, minute: 0 }, zone);
  const blocks = events
    .filter(({ startsAtMs, endsAtMs }) => startsAtMs < end && endsAtMs > begin)
    .map((event) => ({ event, from: minuteOn(event.startsAtMs, 0), to: minuteOn(event.endsAtMs - 1, 1439) + 1 }))
    .toSorted((a, b) => a.from - b.from || b.to - a.to);
  return inLanes(blocks);
}

function inLanes<Event>(blocks: readonly { event: Event; from: number; to: number }[]): Block<Event>[] {
  const placed: Block<Event>[] = [];
  let group: Block<Event>[] = [];
  const close = (): void => {
    const lanes = 1 + Math.max(0, ...group.map(({ lane }) => lane));
    placed.push(...group.map((block) => ({ ...block, lanes })));
    group = [];
  };
  for (const block of blocks) {
    if (group.length > 0 && block.from >= Math.max(...group.map(({ to }) => to))) close();
    const taken = new Set(group.filter(({ to }) => to > block.from).map(({ lane }) => lane));
    let lane = 0;
    while (taken.has(lane)) lane += 1;
    group.push({ ...block, lane, lanes: 1 });
  }
  close();
  return placed;
}

/** The hours that a calendar shows: the working day, extended to all events. */
export function hoursOf(blocks: readonly { from: number; to: number }[]): { first: number; last: number } {
  const first = Math.min(8, ...blocks.map(({ from }) => Math.floor(from / 60)));
  const last = Math.max(19, ...blocks.map(({ to }) => Math.ceil(to / 60)));
  return { first, last };
}

/** Weeks that an event may be repeated, a year; one that is repeated for longer is not saved. */
export const MOST_WEEKS = 53;

/**
 * The times of an event and its repetitions: each week at the same time of day, up to and including a day
 * (`2026-12-18`).
 */
export function weekly(
  begins: string,
  ends: string,
  untilDay: string,
  zone: string,
): { startsAtMs: number; endsAtMs: number }[] {
  const found: { startsAtMs: number; endsAtMs: number }[] = [];
  for (let week = 0; week <= MOST_WEEKS; week++) {
    const [from, to] = [shifted(begins, week * 7), shifted(ends, week * 7)];
    const [startsAtMs, endsAtMs] = [fieldMoment(from, zone), fieldMoment(to, zone)];
    if (startsAtMs === undefined || endsAtMs === undefined) return found;
    if (week > 0 && (untilDay === '' || from.slice(0, 10) > untilDay)) return found;
    found.push({ startsAtMs, endsAtMs });
  }
  return found;
}

/** The text of a field, some days later at the same time of day. */
function shifted(text: string, days: number): string {
  const date = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return text;
  date.setUTCDate(date.getUTCDate() + days);
  return `${date.toISOString().slice(0, 10)}${text.slice(10)}`;
}

/** A moment as the fields of a browser have it: `2026-10-06T08:00`. */
export const fieldText = (atMs: number, zone: string): string => {
  const { year, month, day, hour, minute } = wallClock(atMs, zone);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}`;
};

/** The moment that the text of a field names; undefined if it names none. */
export function fieldMoment(text: string, zone: string): number | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = match.slice(1).map(Number);
  return momentOf({ year, month, day, hour, minute }, zone);
}
