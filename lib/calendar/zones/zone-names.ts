import { findIana } from 'windows-iana';
import type { Component } from '../components.ts';
import { readVtimezone, type DescribedZone } from './vtimezone.ts';
import { ianaZone, UTC, zoneOfTzid, type Zone } from './zoned-time.ts';

/** Finds the zone of a TZID at a wall time, and says what it had to guess. */
export type ZoneOf = (tzid: string, wallMs: number) => { zone: Zone; guess?: string };

const UTC_NAME = /^(?:Etc\/)?(?:UTC|UCT|GMT|GMT[+-]?0|Zulu|Z|Universal|Greenwich)$/i;

/** Whether a name is that of UTC, of which there are many. */
export const isUtcName = (tzid: string): boolean => UTC_NAME.test(tzid.trim());

/**
 * The zones of a calendar, in this order: UTC in its spellings; a name of the IANA database, also behind a prefix; the one that
 * X-LIC-LOCATION or Windows gives the name; the calendar's own VTIMEZONE, as far as it reaches; the cities in a name such as
 * `(UTC+01:00) Brussels, Paris`. A name that nobody explains counts as the hall's zone.
 */
export function zonesOf(vtimezones: readonly Component[], hall: Zone): ZoneOf {
  const found = new Map<string, Named>();
  const byName = Map.groupBy(vtimezones, (one) => textOf(one, 'TZID'));
  const likes = new Map<DescribedZone, Zone | undefined>();
  const likeOf = (described: DescribedZone): Zone | undefined => {
    if (!likes.has(described)) likes.set(described, zoneLike(described, hall));
    return likes.get(described);
  };
  return (tzid, wallMs) => {
    const name = tzid.trim();
    const known = found.get(name) ?? zoneNamed(name, byName.get(name) ?? []);
    found.set(name, known);
    return atTime(known, name, wallMs, { hall, likeOf });
  };
}

/** A longer name is none. */
const LONGEST_NAME = 255;

type Named = { zone: Zone; guess?: string } | { described: DescribedZone } | 'unknown';

function zoneNamed(name: string, own: readonly Component[]): Named {
  if (name.length > LONGEST_NAME) return 'unknown';
  if (isUtcName(name)) return { zone: UTC };
  const iana = zoneOfTzid(name);
  if (iana) return { zone: iana };
  const location = own.map((one) => textOf(one, 'X-LIC-LOCATION')).find(Boolean) ?? '';
  const located = location.length > LONGEST_NAME ? undefined : zoneOfTzid(location);
  if (located) return { zone: located };
  const windows = findIana(name)[0];
  const zone = windows === undefined ? undefined : ianaZone(windows);
  if (zone) return { zone };
  const described = own[0] && readVtimezone(own[0], name);
  if (described) return { described };
  const ofCity = cityZone(name);
  return ofCity ? { zone: ofCity, guess: `the time zone ${name} is read as ${ofCity.name}` } : 'unknown';
}

const textOf = ({ properties }: Component, name: string): string =>
  (properties.find((one) => one.name === name)?.value ?? '').replaceAll(/\\(?=[,;:])/g, '').trim();

interface Others {
  hall: Zone;
  likeOf: (described: DescribedZone) => Zone | undefined;
}

function atTime(named: Named, name: string, wallMs: number, { hall, likeOf }: Others): { zone: Zone; guess?: string } {
  const shown = name.slice(0, 100);
  if (named === 'unknown')
    return { zone: hall, guess: `nobody knows the time zone ${shown}: ${hall.name} is taken for it` };
  if ('zone' in named) return named;
  const { zone, endsAtMs } = named.described;
  if (zone.instantOf(wallMs) <= endsAtMs) return { zone };
  const like = likeOf(named.described);
  const end = new Date(endsAtMs).toISOString().slice(0, 10);
  const text = `the calendar describes the time zone ${shown} only until ${end}`;
  return like ? { zone: like, guess: `${text}: after that it is read as ${like.name}` } : { zone, guess: text };
}

const allZones = (): Zone[] => Intl.supportedValuesOf('timeZone').flatMap((name) => ianaZone(name) ?? []);
const HOUR_MS = 3_600_000;

/** A zone whose clocks changed when those of a description did: the hall's, else the first of the database. */
function zoneLike({ onsets }: DescribedZone, hall: Zone): Zone | undefined {
  const last = onsets.slice(-6);
  const agrees = (zone: Zone): boolean =>
    last.every(
      ({ atMs, toMs }) => zone.wallOf(atMs) - atMs === toMs && zone.wallOf(atMs + HOUR_MS) - atMs - HOUR_MS === toMs,
    );
  return agrees(hall) ? hall : allZones().find(agrees);
}

/** Windows' names for people: `(UTC+01:00) Brussels, Copenhagen, Madrid, Paris`. */
function cityZone(name: string): Zone | undefined {
  const found = /^\s*\((?:UTC|GMT)([+-]\d\d:?\d\d)?\)\s*(.{1,200})$/i.exec(name);
  if (!found) return undefined;
  const cities = (found[2] ?? '').split(',').map((city) => city.trim().replaceAll(/\s+/g, '_').toLowerCase());
  const [sign, digits] = [(found[1] ?? '+0000').slice(0, 1), (found[1] ?? '+0000').slice(1).replace(':', '')];
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  const offsetMs = (sign === '-' ? -minutes : minutes) * 60_000;
  const [winter, summer] = [Date.UTC(2026, 0), Date.UTC(2026, 6)];
  // Windows tells the standard time, which is the lesser one.
  const standardOf = (zone: Zone): number => Math.min(zone.wallOf(winter) - winter, zone.wallOf(summer) - summer);
  return allZones().find(
    (zone) => cities.includes((zone.name.split('/').at(-1) ?? '').toLowerCase()) && standardOf(zone) === offsetMs,
  );
}
