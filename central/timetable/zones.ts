import { ianaZone, UTC, type Zone } from '@amphi/lib/calendar/zones/zoned-time.ts';
import type { Roster } from '../agents/roster.ts';

/** Property by which an agent tells its time zone (facts/opencast 1.5). */
const TIME_ZONE = 'capture.device.timezone';

/** The time zone of this machine, for halls that name none. */
export const ownZone = (): Zone => ianaZone(new Intl.DateTimeFormat().resolvedOptions().timeZone) ?? UTC;

/** The time zone of a hall: as its agent says; else that of most halls; else that of this machine. */
export const zoneOfAgent = (roster: Roster, agent: string): Zone =>
  ianaZone(roster.get(agent)?.configuration[TIME_ZONE] ?? '') ?? zoneOfHalls(roster)?.zone ?? ownZone();

/** The halls whose agents tell their time zone. */
export const saidZones = (roster: Roster): { agent: string; zone: Zone }[] =>
  roster
    .all()
    .flatMap(({ name, configuration }) => {
      const zone = ianaZone(configuration[TIME_ZONE] ?? '');
      return zone ? [{ agent: name, zone }] : [];
    })
    .toSorted((one, other) => (one.agent < other.agent ? -1 : 1));

/** The time zone of most halls, and one of these halls; undefined if no agent tells one. */
export function zoneOfHalls(roster: Roster): { agent: string; zone: Zone } | undefined {
  const groups = [...Map.groupBy(saidZones(roster), ({ zone }) => zone).values()];
  return groups.toSorted((one, other) => other.length - one.length)[0]?.[0];
}

/**
 * The time zone to be used: the one that is asked for, else that of the halls, else that of the person who asks
 * (`own`), else that of this machine; and a note that says which, where needed.
 */
export function zoneAsked(roster: Roster, asked?: string, own?: string): { zone: Zone; note: string[] } {
  const named = asked === undefined ? undefined : ianaZone(asked);
  if (named) return { zone: named, note: [] };
  const said = zoneOfHalls(roster);
  if (said) return { zone: said.zone, note: [`times are those of ${said.zone.name}, the time zone of ${said.agent}`] };
  const zone = ianaZone(own ?? '') ?? ownZone();
  return { zone, note: [`times are those of ${zone.name}: no hall says in which time zone it is`] };
}
