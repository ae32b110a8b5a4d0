import type { Catalogue } from './catalogue/catalogue.ts';
import { fitsKey } from './catalogue/catalogue.ts';
import type { CatalogueKey, Effects, Makes, Reads } from './catalogue/catalogue-row.ts';
import type { OperationDefinition } from './definition.ts';
import { listed, sidesOf, targetFlavor, type Selection } from './selection.ts';
import { variablesIn } from './variables.ts';

/** What an operation of a definition reads and makes, as far as its definition tells. */
export interface Touches {
  reads: readonly Selection[];
  makes: readonly Made[];
  changes: boolean;
  sets: VariablesSet;
  /** Variables that its conditions and values need. */
  uses: ReadonlySet<string>;
  order: Effects['order'];
  publishes: boolean;
  inspects: boolean;
  brings: boolean;
  also: string | undefined;
}

/** Variables that an operation sets. */
export interface VariablesSet {
  names: ReadonlySet<string>;
  /** Names that fit a pattern; undefined: none do. */
  like?: RegExp;
}

/** Elements that an operation makes: their flavor, a side of which may be `*`, and tags that they get. */
export interface Made {
  flavor: string;
  tags: readonly string[];
}

/** Flavor that is only known when the workflow runs. */
export const ANY_FLAVOR = '*/*';
/** Tag that is only known when the workflow runs. */
export const ANY_TAG = '*';
/** Number of entries of a list that are compared; a longer one counts as any. */
const MOST_ENTRIES = 16;

/** What an operation touches; one that the catalogue does not have touches everything. */
export function touchesOf(operation: OperationDefinition, catalogue: Catalogue): Touches {
  const effects: Effects = catalogue.find(operation.id)?.effects ?? { reads: [], makes: [], order: 'all' };
  const values = openValues(operation);
  const reads = effects.reads
    .map((one) => selectionOf(one, values))
    .filter(({ flavors, tags }) => flavors.length + tags.length > 0);
  const gate = effects.gateBy !== undefined && values([effects.gateBy]).some((value) => value !== 'false');
  return {
    reads,
    makes: effects.makes.flatMap((one) =>
      madeOf(one, { values, sources: reads[0], changes: effects.changes ?? false }),
    ),
    changes: effects.changes ?? false,
    sets: variablesSet(effects.sets, operation, reads),
    uses: variablesUsed(operation),
    order: gate ? 'gate' : effects.order,
    publishes: effects.publishes ?? false,
    inspects: effects.inspects ?? false,
    brings: effects.brings ?? false,
    also: effects.also,
  };
}

type Values = (names: readonly string[]) => string[];

/** Gives the entries of the values of keys. */
const openValues =
  ({ configurations }: OperationDefinition): Values =>
  (names) => {
    const keys = names.map((name) => ({ name }) as CatalogueKey);
    return configurations
      .filter(({ key }) => keys.some((one) => fitsKey(one, key)))
      .flatMap(({ value }) => listed(value));
  };

function selectionOf({ flavors = [], tags = [], mode = 'or', flavor }: Reads, values: Values): Selection {
  const own = flavorsOf(values(flavors));
  const byTag = tagsOf(values(tags));
  const none = own.length === 0 && byTag.length === 0;
  return { flavors: none && flavor !== undefined ? [flavor] : own, tags: byTag, mode };
}

const flavorsOf = (entries: readonly string[]): string[] =>
  entries.length > MOST_ENTRIES
    ? [ANY_FLAVOR]
    : entries.map((one) => (one.includes('${') ? ANY_FLAVOR : one.replaceAll('?', '*')));
const tagsOf = (entries: readonly string[]): string[] =>
  entries.length > MOST_ENTRIES ? [ANY_TAG] : entries.map((one) => (one.includes('${') ? ANY_TAG : one));

interface Making {
  values: Values;
  sources: Selection | undefined;
  changes: boolean;
}

function madeOf({ flavors = [], subtype, flavor, tags = [] }: Makes, { values, sources, changes }: Making): Made[] {
  const given = tagsOf(values(tags)).filter((tag) => !tag.startsWith('-'));
  const target = targetsOf(values, { flavors, subtype, flavor });
  const own = sources && sources.flavors.length > 0 ? sources.flavors : [ANY_FLAVOR];
  const made = target.flatMap((one) => own.map((source) => targetFlavor(source, one)));
  // What changes elements leaves those without a new flavor where they are, and takes away what had the old one.
  const all = changes ? [...own, ...made] : made;
  const flavorsMade = new Set(all);
  const few = flavorsMade.size > MOST_ENTRIES ? [ANY_FLAVOR] : [...flavorsMade];
  return few.map((one) => ({ flavor: one, tags: given.map((tag) => tag.replace(/^\+/, '')) }));
}

function targetsOf(values: Values, { flavors = [], subtype, flavor }: Makes): string[] {
  const given = flavorsOf(values(flavors));
  if (given.length > 0) return given;
  const subtypes = subtype === undefined ? [] : values([subtype]);
  if (subtypes.length > 0) return subtypes.map((one) => (one.includes('${') ? ANY_FLAVOR : `*/${one}`));
  return flavor === undefined ? [] : [flavor];
}

const NO_NAMES: ReadonlySet<string> = new Set();
const ANY_NAME = /^/;

function variablesSet(
  sets: Effects['sets'],
  { configurations }: OperationDefinition,
  reads: readonly Selection[],
): VariablesSet {
  if (sets === undefined) return { names: NO_NAMES };
  if (sets === 'any') return { names: NO_NAMES, like: ANY_NAME };
  if (sets === 'keys') return { names: new Set(configurations.map(({ key }) => key)) };
  if (sets === 'of tracks') return { names: NO_NAMES, like: namesOfTracks(reads) };
  if ('like' in sets) return { names: NO_NAMES, like: sets.like };
  const named = configurations.filter(({ key }) => key === sets.key).map(({ value }) => value);
  return named.some((value) => value.includes('${')) ? { names: NO_NAMES, like: ANY_NAME } : { names: new Set(named) };
}

/** Names such as `presenter_source_video`, of tracks whose flavor is selected. */
function namesOfTracks(reads: readonly Selection[]): RegExp {
  const flavors = reads.flatMap(({ flavors }) => flavors);
  if (flavors.length === 0 || reads.some(({ tags }) => tags.length > 0)) return ANY_NAME;
  const side = (text: string): string => (text === '*' ? '[^_]+' : text.replaceAll(/\W/g, String.raw`\$&`));
  return new RegExp(`^(?:${flavors.map((flavor) => sidesOf(flavor).map(side).join('_')).join('|')})_`);
}

function variablesUsed({ when, configurations }: OperationDefinition): Set<string> {
  const texts = [...when.map(({ text }) => text), ...configurations.map(({ value }) => value)];
  return new Set(texts.flatMap(variablesIn).map(({ name }) => name));
}

/** Whether a selection may name an element that was made. */
export function meets({ flavors, tags, mode }: Selection, made: Made): boolean {
  if (tags.some((tag) => tag.startsWith('-') && made.tags.includes(tag.slice(1)))) return false;
  const wanted = tags.filter((tag) => !tag.startsWith('-'));
  const byFlavor = flavors.some((flavor) => overlap(flavor, made.flavor));
  const byTag = wanted.some((tag) =>
    tag === ANY_TAG ? made.tags.length > 0 : made.tags.includes(tag) || made.tags.includes(ANY_TAG),
  );
  if (mode === 'or') return byFlavor || byTag;
  return (byFlavor || flavors.length === 0) && (byTag || wanted.length === 0);
}

/** Types of elements that are no recordings: a flavor whose type alone is a wildcard does not mean them. */
const NO_RECORDINGS: ReadonlySet<string> = new Set([
  'dublincore',
  'security',
  'mpeg-7',
  'smil',
  'captions',
  'chapters',
  'faults',
  'archive',
]);

/** Whether one flavor may fit two patterns. */
export function overlap(one: string, other: string): boolean {
  const [type, subtype] = sidesOf(one);
  const [otherType, otherSubtype] = sidesOf(other);
  if (isOfRecordings(type, subtype) && NO_RECORDINGS.has(otherType)) return subtype === otherSubtype;
  if (isOfRecordings(otherType, otherSubtype) && NO_RECORDINGS.has(type)) return subtype === otherSubtype;
  return isOneSide(type, otherType) && isOneSide(subtype, otherSubtype);
}

const isOfRecordings = (type: string, subtype: string): boolean => type === '*' && subtype !== '*';
const isOneSide = (one: string, other: string): boolean => one === '*' || other === '*' || one === other;
