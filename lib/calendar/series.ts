import { RecurrenceError } from './rules/rule-text.ts';
import { startsNamed, type Stretch } from './rules/recurrence.ts';
import { hasEnd, type Rule } from './rules/rule-text.ts';
import { shown } from './moments.ts';
import type { Moment } from './event-moments.ts';
import type { Vevent } from './vevent.ts';

/** An event that may be repeated, with its start. */
export type Master = Vevent & { start: Moment };

const DAY_MS = 86_400_000;
const dayOf = (wallMs: number): number => Math.floor(wallMs / DAY_MS);

/** The starts of an event in a stretch of time, by their instants. */
export interface Series {
  /** The starts, each with its own length in milliseconds if it has one. */
  starts: Map<number, number | undefined>;
  /** The starts that are excluded. */
  excluded: Set<number>;
  /** The start that a RECURRENCE-ID means; undefined if there is none, or more than one. */
  meant(moment: Moment): number | undefined;
}

/** Called for what is odd in an event. `weight` is that of a `Complaint`. */
export type Tell = (weight: 'doubt' | 'trifle', text: string, line?: number) => void;

/**
 * Expands an event in a stretch of instants. A start in UTC is repeated at the same wall time of the hall, so that
 * 08:30 stays 08:30; a rule that names UTC days is expanded in UTC. DTSTART is the first start, also if the rule does
 * not name it. Throws RecurrenceError. Each `undefined` that is yielded lets other work run.
 */
export function* expand(master: Master, stretch: Stretch, tell: Tell): Generator<undefined, Series> {
  const { start, zone, extra } = master;
  const wall: Stretch = {
    fromMs: Number.isFinite(stretch.fromMs) ? zone.wallOf(stretch.fromMs) : Number.NEGATIVE_INFINITY,
    toMs: Number.isFinite(stretch.toMs) ? zone.wallOf(stretch.toMs) : Number.POSITIVE_INFINITY,
  };
  const starts = new Map<number, number | undefined>([[start.atMs, undefined]]);
  for (const rule of master.rules) {
    if (!hasEnd(rule) && wall.toMs === Number.POSITIVE_INFINITY && !master.cancelled)
      throw new RecurrenceError(`the rule ${rule.text} never ends: give it UNTIL or COUNT`);
    if (!hasEnd(rule) && wall.toMs === Number.POSITIVE_INFINITY) continue;
    for (const atMs of named(master, rule, wall, tell)) {
      if (atMs === undefined) yield undefined;
      else starts.set(atMs, undefined);
    }
  }
  for (const { moment, lengthMs } of extra) starts.set(instantOf(moment, master), lengthMs);
  const byDay = Map.groupBy(starts.keys(), (atMs) => dayOf(zone.wallOf(atMs)));
  const excluded = new Set<number>();
  for (const rule of master.excludedRules) {
    for (const atMs of named(master, rule, wall, undefined)) {
      if (atMs === undefined) yield undefined;
      else excluded.add(atMs);
    }
  }
  const meant = (moment: Moment): number | undefined => {
    const hits = hitsOf(moment, master, starts, byDay);
    return hits.length === 1 ? hits[0] : undefined;
  };
  for (const moment of master.excluded) {
    const hits = hitsOf(moment, master, starts, byDay);
    for (const atMs of hits) excluded.add(atMs);
    const isInside = moment.atMs >= stretch.fromMs && moment.atMs < stretch.toMs;
    if (hits.length === 0 && isInside)
      tell('trifle', `has an EXDATE of ${shown(moment.wallMs)} that excludes nothing`, moment.line);
  }
  return { starts, excluded, meant };
}

/** The instant of an additional occurrence (RDATE); one without a time gets the time of the first start. */
const instantOf = ({ isDate, atMs, wallMs }: Moment, { start, zone }: Master): number =>
  isDate ? zone.instantOf(wallMs + (zone.wallOf(start.atMs) - dayOf(zone.wallOf(start.atMs)) * DAY_MS)) : atMs;

/**
 * The starts that an EXDATE or a RECURRENCE-ID means: the one at that instant, or all of a day. For a series in UTC,
 * also the start at the hour that UTC shows all year, or the only start of that day. Midnight, if nothing starts then,
 * means the only start of its day.
 */
function hitsOf(
  moment: Moment,
  { start, zone }: Master,
  starts: ReadonlyMap<number, unknown>,
  byDay: ReadonlyMap<number, number[]>,
): number[] {
  if (moment.isDate) return byDay.get(dayOf(moment.wallMs)) ?? [];
  if (starts.has(moment.atMs)) return [moment.atMs];
  // Midnight is a day to which a program added a time.
  if (moment.wallMs % DAY_MS === 0) {
    const ofItsDay = byDay.get(dayOf(moment.wallMs)) ?? [];
    if (ofItsDay.length === 1) return ofItsDay;
  }
  if (!start.isUtc) return [];
  const shifted = zone.instantOf(moment.atMs + zone.wallOf(start.atMs) - start.atMs);
  if (starts.has(shifted)) return [shifted];
  const ofDay = byDay.get(dayOf(zone.wallOf(moment.atMs))) ?? [];
  return ofDay.length === 1 ? ofDay : [];
}

/** The instants that a rule names, from the first start on. */
function* named(
  { start, zone }: Master,
  rule: Rule,
  wall: Stretch,
  tell: Tell | undefined,
): Generator<number | undefined> {
  const firstWallMs = zone.wallOf(start.atMs);
  // A rule of a start in UTC may name UTC days: Sunday 21:00 UTC is Monday in Nouméa.
  const isInUtc = start.isUtc && !names(rule, firstWallMs) && names(rule, start.atMs);
  const firstMs = isInUtc ? start.atMs : firstWallMs;
  const shiftMs = firstWallMs - firstMs;
  const isFirstNamed = isInUtc || names(rule, firstMs);
  const isOver = untilOf(rule, { start, zone }, shiftMs);
  if (tell && !isFirstNamed)
    tell(
      'doubt',
      `begins on ${shown(firstWallMs)}, which its rule ${rule.text} does not name: that counts as the first`,
    );
  if (tell && isOver(firstMs)) tell('doubt', `has the rule ${rule.text}, which ends before it begins`);
  const count = rule.count === undefined || isFirstNamed || !tell ? rule.count : rule.count - 1;
  if (count === 0) return;
  const counted = count === undefined ? rule : { ...rule, count };
  const stretch = { fromMs: wall.fromMs - shiftMs, toMs: wall.toMs - shiftMs };
  for (const ms of startsNamed(counted, firstMs, stretch, isOver)) {
    yield ms === undefined ? undefined : zone.instantOf(ms + shiftMs);
  }
}

function names(counted: Rule, firstMs: number): boolean {
  const rule = { ...counted };
  delete rule.count;
  for (const ms of startsNamed(rule, firstMs, { fromMs: firstMs, toMs: firstMs + 1 })) if (ms === firstMs) return true;
  return false;
}

/**
 * Whether UNTIL has passed at a wall time. For a start in UTC, UNTIL is compared with the earlier of the real instant
 * and the instant without summer time.
 */
function untilOf({ until }: Rule, { start, zone }: Pick<Master, 'start' | 'zone'>, shiftMs: number) {
  if (!until) return () => false;
  const offsetMs = zone.wallOf(start.atMs) - start.atMs;
  const isWholeDay = until.kind === 'date' || (start.isUtc && until.kind === 'instant' && until.ms % DAY_MS === 0);
  const lastMs = isWholeDay ? until.ms + DAY_MS - 1 : until.ms;
  return (ms: number): boolean => {
    const wallMs = ms + shiftMs;
    const real = until.kind === 'instant' ? zone.instantOf(wallMs) : wallMs;
    return (start.isUtc ? Math.min(real, wallMs - offsetMs) : real) > lastMs;
  };
}
