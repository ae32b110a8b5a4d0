import { hallWords, isHall } from '@amphi/lib/calendar/hall-words.ts';
import { lettersBetween } from '@amphi/lib/runtime/texts/nearest.ts';
import { plain } from './columns.ts';

/** An event of the server, with the fields that an import uses. */
export interface KnownEvent {
  id: string;
  agentId: string;
  startsAtMs: number;
  endsAtMs: number;
  title: string;
  seriesId?: string;
  presenters: string[];
  description?: string;
  language?: string;
  /** Name that an earlier import gave it; undefined if it was not imported. */
  importKey?: string;
  /** Name of the file that named it last; undefined where that was not kept. */
  source?: string;
  /** Whether it is being recorded, or was: its hall and times can no longer change. */
  recorded: boolean;
}

/** An event of an earlier import that was cancelled by hand. */
export interface CancelledEvent extends KnownEvent {
  cancelledAtMs: number;
  by: string;
}

/** A hall that lectures may be planned in. */
export interface KnownHall {
  agentId: string;
  /** Other names that people use for the hall. */
  names?: readonly string[];
}

/** A series that lectures may belong to. */
export interface KnownSeries {
  id: string;
  title: string;
}

/** Everything on the server that an import compares its file with. */
export interface Known {
  events: readonly KnownEvent[];
  halls: readonly KnownHall[];
  series: readonly KnownSeries[];
  /** Events that were cancelled by hand, the newest first. */
  cancelled?: readonly CancelledEvent[];
}

/**
 * Finds things by names that people spell in several ways: by the exact name, else without regard to case, accents and
 * signs: `amphi d` is `Amphi_D`.
 */
export function openNames<T>(
  things: readonly T[],
  namesOf: (thing: T) => readonly string[],
): (text: string) => T | undefined {
  const exact = new Map(things.flatMap((thing) => namesOf(thing).map((name): [string, T] => [name, thing])));
  const loose = new Map(things.flatMap((thing) => namesOf(thing).map((name): [string, T] => [plain(name), thing])));
  return (text) => exact.get(text.trim()) ?? loose.get(plain(text));
}

/**
 * Finds halls in the same way as a box finds its own in a calendar: in any spelling, and with a text in brackets after
 * the name.
 */
export function openHallNames<T>(
  things: readonly T[],
  namesOf: (thing: T) => readonly string[],
): (text: string) => T | undefined {
  const all = things.flatMap((thing) => namesOf(thing).map((name): [string, T] => [name, thing]));
  const exact = new Map(all);
  const loose = Map.groupBy(all, ([name]) => hallWords(name));
  const find = (text: string): T | undefined =>
    exact.get(text.trim()) ?? loose.get(hallWords(text))?.[0]?.[1] ?? all.find(([name]) => isHall(text, name))?.[1];
  // Results are remembered: a file names few halls, each of them many times.
  const found = new Map<string, T | undefined>();
  return (text) => {
    if (!found.has(text)) found.set(text, find(text));
    return found.get(text);
  };
}

/** The names that the author of `text` may have meant, the most similar first. */
export function nearNames(text: string, names: readonly string[], most = 3): string[] {
  const wanted = plain(text);
  const distances = names.map((name) => ({ name, distance: lettersBetween(wanted, plain(name)) }));
  return distances
    .filter(({ distance }) => distance <= Math.max(2, wanted.length / 3))
    .toSorted((one, other) => one.distance - other.distance)
    .slice(0, most)
    .map(({ name }) => name);
}
