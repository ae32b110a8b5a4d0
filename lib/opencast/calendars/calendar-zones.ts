import ICAL from 'ical.js';
import type { Complaint } from './calendar.ts';
import { timeOf, wallMsOf } from './recurrence.ts';
import { UTC, zoneOfTzid, type Zone } from './zoned-time.ts';

/** Finds the zone of a TZID; without a TZID, the hall's. */
export type ZoneOf = (tzid: string | undefined) => Zone;

/**
 * The zones of a calendar. A name of the IANA database is that zone. Other names (`Romance Standard Time`) are
 * explained by the calendar's own VTIMEZONE; a name without one counts as the hall's zone, with a complaint.
 */
export function zonesOf(vtimezones: readonly string[], fallback: Zone, complaints: Complaint[]): ZoneOf {
  const own = new Map<string, Zone>();
  for (const text of vtimezones) {
    const zone = readVtimezone(text);
    if (zone) own.set(zone.name, zone);
  }
  const told = new Set<string>();
  return (tzid) => {
    if (tzid === undefined) return fallback;
    if (tzid === 'UTC' || tzid === 'Z') return UTC;
    const found = zoneOfTzid(tzid) ?? own.get(tzid);
    if (found) return found;
    if (!told.has(tzid))
      complaints.push({ text: `nobody knows the time zone ${tzid}: ${fallback.name} is taken for it` });
    told.add(tzid);
    return fallback;
  };
}

function readVtimezone(text: string): Zone | undefined {
  try {
    const component = new ICAL.Component(ICAL.parse(text) as [string, unknown[], unknown[]]);
    const zone = new ICAL.Timezone(component);
    const instantOf = (wallMs: number): number => wallMs - zone.utcOffset(timeOf(wallMs)) * 1000;
    return {
      name: zone.tzid,
      instantOf,
      wallOf: (atMs) => {
        const time = timeOf(atMs);
        // Without the zone the time would count as a wall time.
        time.zone = ICAL.Timezone.utcTimezone;
        return wallMsOf(time.convertToZone(zone));
      },
    };
  } catch {
    return undefined;
  }
}
