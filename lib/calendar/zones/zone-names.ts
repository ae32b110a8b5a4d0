import { findIana } from 'windows-iana';
import type { Component } from '../components.ts';
import { guessedZone } from './guessed-zone.ts';
import { readVtimezone, type DescribedZone } from './vtimezone.ts';
import { allZones, ianaZone, UTC, zoneOfTzid, type Zone } from './zoned-time.ts';

/** Finds the zone of a TZID at a wall time; `guess` says, in words, what was guessed. */
export type ZoneOf = (tzid: string, wallMs: number) => { zone: Zone; guess?: string };

const UTC_NAME =
  /^(?:Etc\/)?(?:UTC|UCT|GMT|GMT[+-]?0|Zulu|Z|Universal|Greenwich|(?:Coordinated )?Universal Time(?: Coordinated)?)$/i;

/** Whether a name is one of the many names of UTC. */
export const isUtcName = (tzid: string): boolean => UTC_NAME.test(tzid.trim());

/**
 * Opens the lookup of a calendar's zones. It tries, in this order: UTC in its spellings; a name of the IANA database,
 * also behind a prefix; the zone that X-LIC-LOCATION or Windows gives for the name; the calendar's own VTIMEZONE, as
 * far as it reaches; the cities in a name such as `(UTC+01:00) Brussels, Paris`, its offset or its abbreviation; the
 * only zone that the calendar describes. An unknown name counts as the hall's zone.
 */
export function zonesOf(vtimezones: readonly Component[], hall: Zone): ZoneOf {
  const found = new Map<string, Named>();
  const byName = Map.groupBy(vtimezones, (one) => bareName(textOf(one, 'TZID')).toLowerCase());
  const only = byName.size === 1 ? vtimezones : [];
  const likes = new Map<DescribedZone, Zone | undefined>();
  const likeOf = (described: DescribedZone): Zone | undefined => {
    if (!likes.has(described)) likes.set(described, zoneLike(described, hall));
    return likes.get(described);
  };
  return (tzid, wallMs) => {
    const name = bareName(tzid);
    const known = found.get(name) ?? zoneNamed(name, { own: byName.get(name.toLowerCase()) ?? [], only, hall });
    found.set(name, known);
    return atTime(known, name, wallMs, { hall, likeOf });
  };
}

/** Length of a zone's name, in characters; a longer one is unknown. */
const LONGEST_NAME = 255;

type Named = { zone: Zone; guess?: string } | { described: DescribedZone } | 'unknown';

/** A name without quotes and without the escapes of texts and addresses. */
const bareName = (tzid: string): string =>
  tzid
    .replaceAll(/\\(?=[\W])|^\s*"|"\s*$/g, '')
    .replaceAll(/%2F/gi, '/')
    .trim();

/**
 * Places in which a name is looked up: the calendar's descriptions of that name (`own`), its only description (`only`),
 * the hall.
 */
interface Around {
  own: readonly Component[];
  only: readonly Component[];
  hall: Zone;
}

function zoneNamed(name: string, { own, only, hall }: Around): Named {
  if (name.length > LONGEST_NAME) return 'unknown';
  if (isUtcName(name)) return { zone: UTC };
  const iana = zoneOfTzid(name);
  if (iana) return { zone: iana };
  const location = own.map((one) => textOf(one, 'X-LIC-LOCATION')).find(Boolean) ?? '';
  const located = location.length > LONGEST_NAME ? undefined : zoneOfTzid(location);
  if (located) return { zone: located };
  const windows = findIana(name)[0] ?? findIana(`${name} Standard Time`)[0];
  const zone = windows === undefined ? undefined : ianaZone(windows);
  if (zone) return { zone };
  const described = own[0] && readVtimezone(own[0], name);
  if (described) return { described };
  const guessed = guessedZone(name, hall) ?? onlyZone(only, hall);
  return guessed ? { zone: guessed, guess: `the time zone ${name} is read as ${guessed.name}` } : 'unknown';
}

function onlyZone(only: readonly Component[], hall: Zone): Zone | undefined {
  const [first] = only;
  const named = first && zoneNamed(bareName(textOf(first, 'TZID')), { own: only, only: [], hall });
  return named === undefined || named === 'unknown' ? undefined : 'zone' in named ? named.zone : named.described.zone;
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

const HOUR_MS = 3_600_000;

/**
 * A zone whose clocks changed at the same instants as those of a description: the hall's, else the first of the
 * database; undefined if none did.
 */
function zoneLike({ onsets }: DescribedZone, hall: Zone): Zone | undefined {
  const last = onsets.slice(-6);
  const agrees = (zone: Zone): boolean =>
    last.every(
      ({ atMs, toMs }) => zone.wallOf(atMs) - atMs === toMs && zone.wallOf(atMs + HOUR_MS) - atMs - HOUR_MS === toMs,
    );
  return agrees(hall) ? hall : allZones().find(agrees);
}
