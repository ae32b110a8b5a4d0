import { offsetOf } from '../moments.ts';
import { allZones, ianaZone, zoneOfWall, type Zone } from './zoned-time.ts';

/**
 * The zone that a name means which is not in the database: abbreviations (`MESZ`), cities (`Paris`, `(UTC+01:00)
 * Brussels, Paris`), offsets (`UTC+2`). Undefined if the name is none of these.
 */
export function guessedZone(name: string, hall: Zone): Zone | undefined {
  const found = /^\s*\((?:UTC|GMT)([+-]\d\d[:.]?\d\d)?\)\s*(.{0,200})$/i.exec(name);
  const standardMs = found ? (offsetOf(found[1]?.replace('.', ':') ?? '+0000') ?? 0) : undefined;
  const places = (found ? (found[2] ?? '') : name).replaceAll(/\([^()]*\)/g, ' ').replace(/_\d+\s*$/, '');
  const cities = places
    .split(/[,;/\\]/)
    .map(plainCity)
    .filter(Boolean);
  return (
    bothTimes(name, hall) ??
    ianaZone(SHORT.get(name.toUpperCase()) ?? '') ??
    cityZone(cities, standardMs) ??
    zoneOfOffset(name, standardMs, hall)
  );
}

/**
 * The zone of TZ (`+01`) and DAYLIGHT (`TRUE;+02;20260329T020000;20261025T030000;CET;CEST`), by which vCalendar 1.0 says
 * where its times are. Undefined for other texts, and for Greenwich all year, which programs write without meaning it.
 */
export function zoneOfOffsets(offset: string, daylight: string, hall: Zone): Zone | undefined {
  const standardMs = offsetOf(offset);
  const [uses = '', summer = ''] = daylight.split(';').map((part) => part.trim());
  if (standardMs === undefined) return undefined;
  const summerMs = /^TRUE$/i.test(uses) ? offsetOf(summer) : undefined;
  if (summerMs !== undefined) return zoneOfTimes(standardMs, summerMs, hall);
  return standardMs === 0 ? undefined : zoneOfOffset(offset, standardMs, hall);
}

/** Zones of the abbreviations that people write; one that several countries use is left out. */
const SHORT = new Map(
  Object.entries({
    CEST: 'Europe/Paris',
    MEZ: 'Europe/Berlin',
    MESZ: 'Europe/Berlin',
    BST: 'Europe/London',
    WEST: 'Europe/Lisbon',
    EEST: 'Europe/Athens',
    EDT: 'America/New_York',
    CDT: 'America/Chicago',
    MDT: 'America/Denver',
    PDT: 'America/Los_Angeles',
    AEST: 'Australia/Brisbane',
    AEDT: 'Australia/Sydney',
    NZST: 'Pacific/Auckland',
    NZDT: 'Pacific/Auckland',
  }),
);

const plainCity = (city: string): string =>
  city.normalize('NFD').replaceAll(/\p{M}/gu, '').trim().replaceAll(/\s+/g, '_').toLowerCase();

const [WINTER, SUMMER] = [Date.UTC(2026, 0), Date.UTC(2026, 6)];
/**
 * The standard time of a zone, in milliseconds east of Greenwich: Windows writes this one, which is the smaller offset.
 */
const standardOf = (zone: Zone): number => Math.min(zone.wallOf(WINTER) - WINTER, zone.wallOf(SUMMER) - SUMMER);

const byCity = new Map<string, string[]>();

/** Names in the database by their last part, in small letters; made once. */
function namesByCity(): ReadonlyMap<string, string[]> {
  if (byCity.size > 0) return byCity;
  for (const name of Intl.supportedValuesOf('timeZone')) {
    const city = (name.split('/').at(-1) ?? '').toLowerCase();
    byCity.set(city, [...(byCity.get(city) ?? []), name]);
  }
  return byCity;
}

/** The zone of the first city that is known; if `standardMs` is given, the zone must have this standard time. */
function cityZone(cities: readonly string[], standardMs: number | undefined): Zone | undefined {
  for (const city of cities) {
    const zones = (namesByCity().get(city) ?? []).flatMap((name) => ianaZone(name) ?? []);
    const zone = zones.find((one) => standardMs === undefined || standardOf(one) === standardMs);
    if (zone) return zone;
  }
  return undefined;
}

const MINUTE_MS = 60_000;

/**
 * A zone for the name that Exchange makes up, `GMT +0100 (Standard) / GMT +0200 (Daylight)`: the hall's if its offsets
 * are these, else the first of the database.
 */
function bothTimes(name: string, hall: Zone): Zone | undefined {
  const found = /^GMT ([+-]\d{4}) \(Standard\) \/ GMT ([+-]\d{4}) \(Daylight\)$/i.exec(name);
  if (!found) return undefined;
  return zoneOfTimes(offsetOf(found[1] ?? ''), offsetOf(found[2] ?? ''), hall);
}

/** A zone with these offsets in winter and in summer: the hall's, or the first of the database. */
function zoneOfTimes(winterMs: number | undefined, summerMs: number | undefined, hall: Zone): Zone | undefined {
  const agrees = (zone: Zone): boolean =>
    zone.wallOf(WINTER) - WINTER === winterMs && zone.wallOf(SUMMER) - SUMMER === summerMs;
  return agrees(hall) ? hall : allZones().find(agrees);
}

/**
 * A zone with one offset all year. `(UTC+01:00)`, which Windows also writes for a zone with summer time, means the
 * hall's zone if that has this standard time.
 */
function zoneOfOffset(name: string, standardMs: number | undefined, hall: Zone): Zone | undefined {
  if (standardMs !== undefined && standardOf(hall) === standardMs) return hall;
  const found = /^(?:UTC|GMT)?\s*([+-])(\d{1,2})(?::?(\d\d))?$/i.exec(name);
  const [, sign = '', hours = '', minutes = '00'] = found ?? [];
  const offsetMs = found ? offsetOf(`${sign}${hours.padStart(2, '0')}${minutes}`) : standardMs;
  if (offsetMs === undefined) return undefined;
  const total = Math.abs(offsetMs / MINUTE_MS);
  const clock = [Math.floor(total / 60), total % 60].map((part) => String(part).padStart(2, '0')).join(':');
  return zoneOfWall(`UTC${offsetMs < 0 ? '-' : '+'}${clock} all year`, (atMs) => atMs + offsetMs);
}
