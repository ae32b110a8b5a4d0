import type { Weight } from './calendar.ts';
import type { Property } from './content-line.ts';
import { stampOf } from './moments.ts';
import { isUtcName, type ZoneOf } from './zones/zone-names.ts';
import { UTC, type Zone } from './zones/zoned-time.ts';

/** A date or time of an event. */
export interface Moment {
  atMs: number;
  /** Time that a clock in the moment's zone shows; for a date, its midnight. */
  wallMs: number;
  zone: Zone;
  /** The zone that the property names, although its time is in UTC. */
  said?: Zone;
  isUtc: boolean;
  isDate: boolean;
  line: number;
}

/** The zones in which the times of an event are read. */
export interface Zones {
  hall: Zone;
  /** Zone of times that name none. */
  floating: Zone;
  of: ZoneOf;
  /** Guesses that were already reported: each is reported once for a calendar. */
  told: Set<string>;
}

/** Opens a reader of one event's dates. `tell` is called for what is left out, and for what is guessed. */
export function openMomentReader(
  { floating, of, told }: Zones,
  tell: (weight: Weight, text: string, line: number) => void,
) {
  const zoneNamed = (tzid: string, wallMs: number, line: number): Zone => {
    const { zone, guess } = of(tzid, wallMs);
    if (guess !== undefined && !told.has(guess)) tell('doubt', `is of a time zone that is guessed: ${guess}`, line);
    if (guess !== undefined) told.add(guess);
    return zone;
  };
  /** The zone of a time that names none: that of the event's start if it has one, else the floating zone. */
  const ownZone = (start: Moment | undefined): Zone => (start && !start.isUtc ? start.zone : floating);
  const read = (text: string, { parameters, line }: Property, start: Moment | undefined): Moment | undefined => {
    const stamp = stampOf(text);
    if (!stamp) return undefined;
    const { ms: wallMs, kind } = stamp;
    const tzid = parameters.get('TZID') || undefined;
    const isDate = kind === 'date';
    if (kind === 'instant' || (tzid !== undefined && !isDate && isUtcName(tzid))) {
      const said = tzid === undefined || isUtcName(tzid) ? {} : { said: zoneNamed(tzid, wallMs, line) };
      if (said.said) tell('doubt', `has a time both in UTC and in ${tzid}: ${text.trim()} is taken for UTC`, line);
      return { atMs: wallMs, wallMs, zone: UTC, isUtc: true, isDate, line, ...said };
    }
    const zone = tzid === undefined || isDate ? ownZone(start) : zoneNamed(tzid, wallMs, line);
    return { atMs: zone.instantOf(wallMs), wallMs, zone, isUtc: false, isDate, line };
  };
  return {
    /** The first date of a property; undefined if the value is no date. */
    first: (property: Property, start?: Moment): Moment | undefined => read(property.value, property, start),
    /** All dates of a property; a value that is no date is reported and left out. */
    all(property: Property, start?: Moment): Moment[] {
      const words = property.value
        // Commas separate dates, in vCalendar 1.0 semicolons.
        .split(/[,;]/)
        .map((text) => text.trim())
        .filter(Boolean);
      return words.flatMap((text) => {
        const moment = read(text.split('/')[0] ?? '', property, start);
        if (!moment)
          tell(
            'trifle',
            `has ${property.name} ${JSON.stringify(text.slice(0, 60))}, which is no date: left out`,
            property.line,
          );
        return moment ?? [];
      });
    },
    /** The instant of a UTC property that only programs use, such as DTSTAMP; undefined if there is none. */
    stamp: (property: Property | undefined): number | undefined =>
      property === undefined ? undefined : stampOf(property.value)?.ms,
  };
}
