import type { Weight } from './calendar.ts';
import type { Property } from './content-line.ts';
import { stampOf } from './moments.ts';
import { isUtcName, type ZoneOf } from './zones/zone-names.ts';
import { UTC, type Zone } from './zones/zoned-time.ts';

/** A date or time of an event. */
export interface Moment {
  atMs: number;
  /** On the wall of its zone; a date is its midnight. */
  wallMs: number;
  zone: Zone;
  /** The zone that it names although it is in UTC. */
  said?: Zone;
  isUtc: boolean;
  isDate: boolean;
  line: number;
}

/** Where the clocks of an event hang. */
export interface Zones {
  hall: Zone;
  /** For times that name no zone. */
  floating: Zone;
  of: ZoneOf;
  /** What was told of guessed zones already: once a calendar is enough. */
  told: Set<string>;
}

/** Reads the dates of one event. `tell` hears what is left out, and what is guessed. */
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
  /** A time without a zone beside a start that has one means the same zone. */
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
    /** The first date of a property; undefined if it is none. */
    first: (property: Property, start?: Moment): Moment | undefined => read(property.value, property, start),
    /** All dates of a property; what is none is told and left out. */
    all(property: Property, start?: Moment): Moment[] {
      const words = property.value
        // vCalendar 1.0 parts them with semicolons.
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
    /** An instant in UTC of a property that matters to nobody but machines. */
    stamp: (property: Property | undefined): number | undefined =>
      property === undefined ? undefined : stampOf(property.value)?.ms,
  };
}
