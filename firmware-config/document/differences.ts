import { hideSecrets } from './secrets.ts';
import type { BoxDocument } from './document.ts';
import { inEnglish } from '../schema/key.ts';
import { wordsOf } from '../words/keys.ts';

/** One key that differs. A new or removed item with keys of its own is one change. */
export interface Change {
  key: string;
  before: unknown;
  after: unknown;
}

/** Differences of two documents, key by key, in the order of the second. Secrets are compared but hidden. */
export function changesBetween(before: BoxDocument, after: BoxDocument): Change[] {
  const changes: Change[] = [];
  visit([before, after], [hideSecrets(before), hideSecrets(after)], '', changes);
  return changes;
}

type Pair = readonly [unknown, unknown];

function visit([before, after]: Pair, shown: Pair, key: string, changes: Change[]): void {
  if (isGroup(before) && isGroup(after) && Array.isArray(before) === Array.isArray(after)) {
    for (const name of new Set([...Object.keys(after), ...Object.keys(before)])) {
      const inner = Array.isArray(after) ? `${key}[${Number(name) + 1}]` : key ? `${key}.${name}` : name;
      visit([before[name], after[name]], [at(shown[0], name), at(shown[1], name)], inner, changes);
    }
  } else if (!isSame(before, after)) {
    changes.push({ key, before: shown[0], after: shown[1] });
  }
}

const isGroup = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const at = (value: unknown, name: string): unknown => (isGroup(value) ? value[name] : undefined);
/** Whether two values are equal; documents have no functions or cycles. */
const isSame = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

/** The words for places in a key. */
const PLACES: readonly (readonly [RegExp, string])[] = [
  [/^device\./, ''],
  [/\binputs\.(\d+)\.?/, 'input $1, '],
  [/\brouting\.(\w)$/, 'channel $1, '],
  [/\bmuted\.(\w)$/, 'channel $1, '],
  [/\baudio\.channels\.(\w)\.?/, 'channel $1, '],
  [/\blayouts\.(\d+)\.?/, 'layout $1, '],
  [/\bshown\.?/, 'layout on show, '],
  [/\bencoders\.([\w-]+)\.?/, 'encoder $1, '],
  [/\bstreams\.([\w-]+)\.?/, 'stream $1, '],
  [/\bpushes\[(\d+)\]\.?/, 'push target $1, '],
  [/\bwindows\[(\d+)\]\.?/, 'window $1, '],
  [/\boverlays\[(\d+)\]\.?/, 'overlay $1, '],
  [/\bpresets\.user\.ofInput\.(\d+)\.(\d+)\.?/, 'user preset $2 of input $1, '],
  [/\bpresets\.user\.ofInput\.(\d+)$/, 'user presets of input $1, '],
  [/\bpresets\.(\w+)\.(?:names\.)?(\d+)\.?/, '$1 preset $2, '],
  [/\bkept\.([\w.-]+)/, 'kept value $1, '],
  [/\bmetadata\.(\w+)$/, 'description, $1'],
];

function placeOf(key: string): string {
  let rest = key;
  const found: { at: number; words: string }[] = [];
  for (const [pattern, words] of PLACES) {
    const match = pattern.exec(rest);
    if (!match) continue;
    found.push({ at: match.index, words: match[0].replace(pattern, words) });
    rest = rest.replace(pattern, (all) => ' '.repeat(all.length));
  }
  return found
    .toSorted((a, b) => a.at - b.at)
    .map(({ words }) => words)
    .join('');
}

const rowOf = (key: string) => wordsOf(key.replaceAll(/\[\d+\]/g, '[]'));

/** The first words of a description: `bit rate of the picture`. */
function phraseOf(key: string): string {
  if (/\.metadata\.\w+$/.test(key)) return '';
  const [first = ''] = rowOf(key)?.en.split(/[:;(]|, /) ?? [];
  return first.trim().replaceAll('`', '');
}

/** The words for numbered items and named groups of keys. */
function groupInWords(key: string, group: unknown): string {
  const { name } = group as { name?: unknown };
  const place = placeOf(key).replace(/, $/, '');
  const last = /(?:^|\.)([a-z]\w*)$/i.exec(key)?.[1];
  const what =
    place === '' || (last && !/\b(shown|kept)\b/.test(key)) ? [place, last].filter(Boolean).join(', ') : place;
  return typeof name === 'string' ? `${what} ${JSON.stringify(name)}` : what;
}

function valueWords(value: unknown, unit: string): string {
  if (value === undefined) return 'not set';
  if (value === null) return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return `${value}${unit}`;
  return typeof value === 'string' ? JSON.stringify(value) : 'something else';
}

/** A change in words: `encoder archive, bit rate of the picture: 750 kb/s becomes 3000 kb/s`. */
export function changeInWords({ key, before, after }: Change): string {
  const group = after ?? before;
  if (isGroup(group) && !(isGroup(before) && isGroup(after))) {
    return `${groupInWords(key, group)} ${isGroup(after) ? 'is new' : 'goes'} (${key})`;
  }
  const unit = inEnglish(rowOf(key)?.unit ?? '');
  const shortUnit = unit === '' || unit.startsWith('part') ? '' : ` ${unit.split(' ')[0]}`;
  const [then, now] = [valueWords(before, shortUnit), valueWords(after, shortUnit)];
  const values = then === now ? 'another secret' : `${then} becomes ${now}`;
  return `${placeOf(key)}${phraseOf(key)}: ${values} (${key})`;
}

/** The keys that differ, by the names of the schema's leaves. */
export const changedKeys = (before: BoxDocument, after: BoxDocument): string[] =>
  changesBetween(before, after).map(({ key }) => key.replaceAll(/\[\d+\]/g, '[]').replaceAll(/\.\d+(?=\.|$)/g, '.N'));
