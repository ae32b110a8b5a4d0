import type { Component } from '../components.ts';
import { offsetOf, stampOf } from '../moments.ts';
import { startsNamed } from '../rules/recurrence.ts';
import { readRule, RecurrenceError } from '../rules/rule-text.ts';
import { zoneOfWall, type Zone } from './zoned-time.ts';

/** A change of the clocks. */
interface Onset {
  atMs: number;
  /** Milliseconds east of Greenwich before and after it. */
  fromMs: number;
  toMs: number;
}

/** A zone as a calendar describes it. */
export interface DescribedZone {
  zone: Zone;
  onsets: readonly Onset[];
  /**
   * Last instant that the description covers, if the clocks used to change; Infinity if it has no end, or one offset
   * all year.
   */
  endsAtMs: number;
}

const [FIRST_MS, LAST_MS] = [Date.UTC(1970, 0), Date.UTC(2100, 0)];
/** Number of STANDARD and DAYLIGHT parts; a description with more is ignored. */
const MOST_OBSERVANCES = 200;
/** Number of changes of the clocks; a description with more is ignored. */
const MOST_ONSETS = 1000;

/** Reads a VTIMEZONE; undefined if it describes nothing. */
export function readVtimezone({ children }: Component, name: string): DescribedZone | undefined {
  const observances = children.filter((one) => one.name === 'STANDARD' || one.name === 'DAYLIGHT');
  if (observances.length > MOST_OBSERVANCES) return undefined;
  const read = observances.flatMap((one) => onsetsOf(one) ?? []);
  const onsets = read.flatMap((one) => one.onsets).toSorted((one, other) => one.atMs - other.atMs);
  const [first] = onsets;
  if (!first || onsets.length > MOST_ONSETS) return undefined;
  const offsetAt = (atMs: number): number => {
    const after = onsets.findLastIndex((onset) => onset.atMs <= atMs);
    return onsets[after]?.toMs ?? first.fromMs;
  };
  const changes = new Set(onsets.map(({ toMs }) => toMs)).size > 1;
  const goesOn = !changes || read.some(({ isOpen }) => isOpen);
  const endsAtMs = goesOn ? Number.POSITIVE_INFINITY : (onsets.at(-1)?.atMs ?? 0);
  return { zone: zoneOfWall(name, (atMs) => atMs + offsetAt(atMs)), onsets, endsAtMs };
}

function onsetsOf({ properties }: Component): { onsets: Onset[]; isOpen: boolean } | undefined {
  const valueOf = (name: string): string => properties.find((one) => one.name === name)?.value ?? '';
  const start = stampOf(valueOf('DTSTART').replace(/^\s*1[0-8]/, '19'));
  const [fromMs, toMs] = [offsetOf(valueOf('TZOFFSETFROM')), offsetOf(valueOf('TZOFFSETTO'))];
  if (!start || toMs === undefined) return undefined;
  const before = fromMs ?? toMs;
  const dates = properties.filter(({ name }) => name === 'RDATE').flatMap(({ value }) => value.split(','));
  const rules = properties.filter(({ name }) => name === 'RRULE');
  const stamps = [start, ...dates.flatMap((text) => stampOf(text) ?? [])];
  const single = stamps.map(({ kind, ms }) => (kind === 'instant' ? ms : ms - before));
  const ruled = rules.map(({ value }) => ruledOnsets(value, start.ms, before));
  const all = [...single, ...ruled.flatMap(({ instants }) => instants)];
  return {
    onsets: [...new Set(all)].map((atMs) => ({ atMs, fromMs: before, toMs })),
    isOpen: ruled.some((one) => one.isOpen),
  };
}

function ruledOnsets(text: string, firstMs: number, offsetMs: number): { instants: number[]; isOpen: boolean } {
  try {
    const rule = readRule(text);
    const untilMs =
      rule.until === undefined ? LAST_MS : rule.until.ms + (rule.until.kind === 'instant' ? 0 : -offsetMs);
    const instants: number[] = [];
    for (const wallMs of startsNamed(rule, firstMs, { fromMs: FIRST_MS, toMs: LAST_MS })) {
      if (wallMs === undefined) continue;
      if (wallMs - offsetMs > untilMs || instants.length > MOST_ONSETS) break;
      instants.push(wallMs - offsetMs);
    }
    return { instants, isOpen: rule.count === undefined && rule.until === undefined };
  } catch (error) {
    if (!(error instanceof RecurrenceError)) throw error;
    return { instants: [], isOpen: false };
  }
}
