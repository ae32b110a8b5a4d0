import { hallWords, isHall } from '@amphi/lib/calendar/hall-words.ts';
import { plain } from './columns.ts';

/** An event that the server has, as far as an import looks at it. */
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
  /** What an earlier import called it; undefined if it was scheduled in another way. */
  importKey?: string;
  /** The file that named it last, as imports call it; undefined where that was not kept. */
  source?: string;
  /** It is being recorded, or was: its hall and its times are history. */
  recorded: boolean;
}

/** An event of an earlier import that somebody cancelled by hand. */
export interface CancelledEvent extends KnownEvent {
  cancelledAtMs: number;
  by: string;
}

export interface KnownHall {
  agentId: string;
  /** What people call the hall besides. */
  names?: readonly string[];
}

export interface KnownSeries {
  id: string;
  title: string;
}

export interface Known {
  events: readonly KnownEvent[];
  halls: readonly KnownHall[];
  series: readonly KnownSeries[];
  /** The newest first. */
  cancelled?: readonly CancelledEvent[];
}

/** Finds what people spell in several ways: as it is, else whatever the case, the accents and the signs: `amphi d` is `Amphi_D`. */
export function openNames<T>(
  things: readonly T[],
  namesOf: (thing: T) => readonly string[],
): (text: string) => T | undefined {
  const exact = new Map(things.flatMap((thing) => namesOf(thing).map((name): [string, T] => [name, thing])));
  const loose = new Map(things.flatMap((thing) => namesOf(thing).map((name): [string, T] => [plain(name), thing])));
  return (text) => exact.get(text.trim()) ?? loose.get(plain(text));
}

/** Finds halls as a box finds its own in a calendar: in any spelling, and with something in brackets behind it. */
export function openHallNames<T>(
  things: readonly T[],
  namesOf: (thing: T) => readonly string[],
): (text: string) => T | undefined {
  const all = things.flatMap((thing) => namesOf(thing).map((name): [string, T] => [name, thing]));
  const exact = new Map(all);
  const loose = Map.groupBy(all, ([name]) => hallWords(name));
  const find = (text: string): T | undefined =>
    exact.get(text.trim()) ?? loose.get(hallWords(text))?.[0]?.[1] ?? all.find(([name]) => isHall(text, name))?.[1];
  // A file names few halls, each of them many times.
  const found = new Map<string, T | undefined>();
  return (text) => {
    if (!found.has(text)) found.set(text, find(text));
    return found.get(text);
  };
}

/** Those of `names` that somebody who wrote `text` may have meant, the likeliest first. */
export function nearNames(text: string, names: readonly string[], most = 3): string[] {
  const wanted = plain(text);
  const distances = names.map((name) => ({ name, distance: distanceOf(wanted, plain(name)) }));
  return distances
    .filter(({ distance }) => distance <= Math.max(2, wanted.length / 3))
    .toSorted((one, other) => one.distance - other.distance)
    .slice(0, most)
    .map(({ name }) => name);
}

/** How many letters one must change, add or take away (Levenshtein). */
function distanceOf(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, n) => n);
  for (const [n, letter] of Array.from(one).entries()) {
    const next = [n + 1];
    for (const [m, its] of Array.from(other).entries()) {
      next.push(Math.min((next[m] ?? 0) + 1, (row[m + 1] ?? 0) + 1, (row[m] ?? 0) + (letter === its ? 0 : 1)));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
