import type { Language } from '#lib/pages/words.ts';
import type { Path } from './document.ts';
import { schemaAt, type Schema } from './schema.ts';
import type { Change } from './settings-draft.ts';
import { saidIn, spaced, wordsIn } from './use-words.ts';

/** The steps of a key such as `device.pushes[1].url`; numbers in keys begin with 1, steps with 0. */
export const stepsOf = (key: string): (string | number)[] =>
  [...key.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, name, place]) => (place ? Number(place) - 1 : (name ?? '')));

/** The place of a setting, as headings and labels: `Encoders › Archive › Video bit rate`. */
export function placeInWords(schema: Schema, path: Path, spoken: Language): string {
  const names = path.flatMap((step, index) => {
    if (step === 'device') return [];
    const found = schemaAt(schema, path.slice(0, index + 1));
    const name = saidIn(found?.name, spoken);
    if (name !== undefined) return [name];
    if (typeof step === 'number') return [String(step + 1)];
    return found?.words?.label ? [wordsIn(found.words, step, spoken).label] : [spaced(step)];
  });
  return names.join(' › ');
}

const VALUES = {
  fr: {
    yes: 'oui',
    no: 'non',
    nothing: 'rien',
    secret: 'un autre secret',
    isNew: 'ajouté',
    goes: 'enlevé',
    other: 'autre',
  },
  en: {
    yes: 'yes',
    no: 'no',
    nothing: 'none',
    secret: 'another secret',
    isNew: 'new',
    goes: 'removed',
    other: 'other',
  },
} as const;

const isGroup = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** A change as a person reads it: the place, the value before and after. */
export interface ToldChange {
  key: string;
  place: string;
  what: string;
}

/** A change in words. Pure. */
export function changeTold(schema: Schema, { key, before, after }: Change, spoken: Language): ToldChange {
  const path = stepsOf(key);
  const words = VALUES[spoken];
  const place = placeInWords(schema, path, spoken);
  if (isGroup(before) || isGroup(after)) {
    const both = isGroup(before) && isGroup(after);
    return { key, place, what: both ? words.other : isGroup(after) ? words.isNew : words.goes };
  }
  const { unit, valueName } = wordsIn(schemaAt(schema, path)?.words, String(path.at(-1) ?? ''), spoken);
  const valueWords = (value: unknown): string => {
    if (value === undefined || value === null || value === '') return words.nothing;
    if (typeof value === 'boolean') return value ? words.yes : words.no;
    const text = typeof value === 'string' || typeof value === 'number' ? String(value) : words.other;
    return typeof value === 'number' && unit ? `${text} ${unit}` : valueName(text);
  };
  const [then, now] = [valueWords(before), valueWords(after)];
  return { key, place, what: then === now ? words.secret : `${then} → ${now}` };
}
