import { MOST_EVENTS } from './components.ts';
import { CalendarError, type Occurrence } from './calendar.ts';
import { newest, type Family } from './families.ts';
import { shown } from './moments.ts';
import { openOccurrenceMaker, type OccurrenceMaker } from './occurrence.ts';
import { expand, type Master, type Series, type Tell } from './series.ts';
import type { Vevent } from './vevent.ts';
import type { Zone } from './zones/zoned-time.ts';

/** The window [fromMs, toMs) that is wanted, and the hall's zone. */
export interface Window {
  fromMs: number;
  toMs: number;
  zone: Zone;
}

const DAY_MS = 86_400_000;
/**
 * Time after the window, in milliseconds, in which the start that an exception names is still looked up in its series;
 * a later one is not found there.
 */
const LOOKED_UP_MS = 400 * DAY_MS;

/**
 * The occurrences of a family in a window: those that its rules name, without those that are excluded, changed as the
 * exceptions say. Each `undefined` that is yielded lets other work run. Throws RecurrenceError, and CalendarError if
 * there are too many occurrences.
 */
export function* occurrencesOf(family: Family, window: Window, tell: Tell): Generator<undefined, Occurrence[]> {
  const masters = family.masters.filter((one): one is Master => one.start !== undefined);
  const maker = openOccurrenceMaker(family, window.zone);
  const found: Occurrence[] = [];
  const take = (made: Occurrence): void => {
    if (!isInside(made, window)) return;
    if (found.push(made) > MOST_EVENTS) throw new CalendarError(`there are more than ${MOST_EVENTS} events`, made.line);
  };
  const left = openExceptions(family.exceptions);
  const reach = reachOf(family, window);
  for (const master of masters) {
    const series = yield* expand(master, stretchOf(master, reach), tell);
    const own = left.take(masters.length === 1 ? undefined : series);
    for (const made of withExceptions({ master, series, maker }, own)) take(made);
    for (const text of missed({ master, series, maker }, own, window)) tell('trifle', ...text);
  }
  for (const one of newestEach(left.take(undefined), ({ replaces }) => replaces?.atMs ?? 0)) {
    if (one.start && one.endsAtMs === undefined && !one.cancelled)
      tell('doubt', 'has no end, and its series is not there', one.component.line);
    else take(maker.ofException(one, one.replaces?.atMs ?? 0, undefined));
  }
  return found;
}

/** Exceptions that do not have a series yet, grouped by day so that they are found quickly. */
function openExceptions(all: readonly Vevent[]) {
  const dayOf = (atMs: number): number => Math.floor(atMs / DAY_MS);
  const byDay = Map.groupBy(all, ({ replaces }) => dayOf(replaces?.atMs ?? 0));
  return {
    /** Takes the exceptions that belong to a series, or all that are left. */
    take(series: Series | undefined): Vevent[] {
      const days =
        series && new Set([...series.starts.keys()].flatMap((atMs) => [-1, 0, 1].map((n) => dayOf(atMs) + n)));
      const taken: Vevent[] = [];
      for (const day of days ?? [...byDay.keys()]) {
        const [own, others] = parted(byDay.get(day) ?? [], (one) => !series || isMeant(one, series));
        taken.push(...own);
        byDay.set(day, others);
      }
      return taken;
    },
  };
}

const parted = <T>(all: readonly T[], is: (one: T) => boolean): [T[], T[]] => [
  all.filter((one) => is(one)),
  all.filter((one) => !is(one)),
];

const isMeant = ({ replaces }: Vevent, series: Series): boolean =>
  replaces !== undefined && series.meant(replaces) !== undefined;

/** The time that has to be looked at: the window, and the starts that exceptions name. */
function reachOf({ exceptions }: Family, { fromMs, toMs }: Window): { fromMs: number; toMs: number } {
  const named = exceptions.flatMap(({ replaces }) => replaces?.atMs ?? []);
  return {
    fromMs: named.reduce((least, atMs) => Math.min(least, atMs), fromMs),
    toMs: named.reduce((most, atMs) => Math.max(most, Math.min(atMs, toMs + LOOKED_UP_MS)), toMs),
  };
}

const stretchOf = ({ start, endsAtMs = start.atMs }: Master, { fromMs, toMs }: { fromMs: number; toMs: number }) => ({
  fromMs: fromMs - (endsAtMs - start.atMs) - 2 * DAY_MS,
  toMs: toMs + 2 * DAY_MS,
});

const isInside = ({ event: { startsAtMs, endsAtMs } }: Occurrence, { fromMs, toMs }: Window): boolean =>
  Math.max(endsAtMs, startsAtMs + 1) > fromMs && startsAtMs < toMs;

interface Expanded {
  master: Master;
  series: Series;
  maker: OccurrenceMaker;
}

function* withExceptions({ master, series, maker }: Expanded, exceptions: readonly Vevent[]): Generator<Occurrence> {
  const original = (one: Vevent): number => originalOf(one, master, series);
  const each = (isRest: boolean): [number, Vevent][] =>
    newestEach(
      exceptions.filter((one) => one.isRest === isRest),
      original,
    ).map((one) => [original(one), one]);
  const single = new Map(each(false));
  const rests = each(true).toSorted(([one], [other]) => one - other);
  for (const [atMs, one] of single) yield maker.ofException(one, atMs, master);
  let passed = 0;
  for (const [atMs, lengthMs] of [...series.starts].toSorted(([one], [other]) => one - other)) {
    while ((rests[passed]?.[0] ?? Number.POSITIVE_INFINITY) <= atMs) passed++;
    if (series.excluded.has(atMs) || single.has(atMs)) continue;
    const rest = rests[passed - 1];
    yield rest ? maker.ofRest(rest[1], rest[0], atMs, master) : maker.ofSeries(master, atMs, lengthMs);
  }
}

/** Exceptions that name an occurrence which their series does not have. */
function missed({ master, series }: Expanded, exceptions: readonly Vevent[], { fromMs, toMs }: Window) {
  return exceptions.flatMap((one): [text: string, line: number][] => {
    if (one.isStray) return [];
    const atMs = originalOf(one, master, series);
    if (series.starts.has(atMs) || atMs < fromMs || atMs >= toMs) return [];
    const what = one.cancelled ? 'cancels' : 'replaces';
    return [[`${what} an occurrence of ${shown(master.zone.wallOf(atMs))}, which is none`, one.component.line]];
  });
}

const newestEach = (exceptions: readonly Vevent[], originalOfOne: (one: Vevent) => number): Vevent[] =>
  [...Map.groupBy(exceptions, originalOfOne).values()].flatMap((versions) => newest(versions) ?? []);

function originalOf({ replaces }: Vevent, { start, zone }: Master, series: Series): number {
  if (!replaces) return start.atMs;
  const meant = series.meant(replaces);
  if (meant !== undefined || !replaces.isDate) return meant ?? replaces.atMs;
  const wallMs = zone.wallOf(start.atMs);
  return zone.instantOf(replaces.wallMs + wallMs - Math.floor(wallMs / DAY_MS) * DAY_MS);
}
