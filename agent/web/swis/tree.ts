import { pictureResources } from './picture.ts';
import { recordResources } from './record.ts';
import type { At, Json, Resource } from './resource.ts';
import { scheduleResources } from './schedule-resources.ts';
import { streamResources } from './streams.ts';
import { unitResources } from './unit.ts';

/** The resource tree (facts/smp351 3). */
export const resources: readonly Resource[] = [
  ...unitResources,
  ...pictureResources,
  ...recordResources,
  ...streamResources,
  ...scheduleResources,
];

/** The meaning of a URI: its row, the numbers in it, and a part of the value. */
export interface Place {
  row: Resource;
  at: At;
  /** Names below the row's path. */
  part: readonly string[];
}

/** Characters of a URI; a longer one is unknown. */
const LONGEST = 512;

/** Finds the row with the longest path at the front of the URI; undefined if there is none. */
export function locate(uri: string): Place | undefined {
  if (uri.length > LONGEST || !uri.startsWith('/')) return undefined;
  const [path = '', ...rest] = uri.split('?');
  const names = path.slice(1).split('/');
  const query = new URLSearchParams(rest.join('?'));
  let best: Place | undefined;
  for (const row of resources) {
    const found = matched(row, names);
    const isLonger = found && (!best || found.part.length < best.part.length);
    if (isLonger) best = { row, at: { number: found.number, query }, part: found.part };
  }
  return best;
}

function matched({ path, numbers = [] }: Resource, names: readonly string[]) {
  const own = path.slice(1).split('/');
  let number = 0;
  const isBegun = own.every((name, index) => {
    const given = names[index];
    if (name !== '{n}') return name === given;
    number = /^\d{1,6}$/.test(given ?? '') ? Number(given) : 0;
    return numbers.includes(number);
  });
  return isBegun ? { number, part: names.slice(own.length) } : undefined;
}

/** A part of a value by its names; undefined if there is none. */
export function partOf(value: Json, part: readonly string[]): Json | undefined {
  let at: Json | undefined = value;
  for (const name of part) {
    if (typeof at !== 'object' || at === null) return undefined;
    if (Array.isArray(at) && !/^\d{1,4}$/.test(name)) return undefined;
    const inner = at as Record<string, Json>;
    at = Object.hasOwn(inner, name) ? inner[name] : undefined;
  }
  return at;
}
