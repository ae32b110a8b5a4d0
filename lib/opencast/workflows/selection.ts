/** Selecting elements of a media package by flavors and tags (facts/opencast 3.9). */

/** What is looked at of an element. */
export interface Selectable {
  flavor: string;
  tags: readonly string[];
}

/** What an operation selects. */
export interface Selection {
  /** Flavors, each side of which may be `*`. */
  flavors: readonly string[];
  /** Tags; one that begins with `-` leaves out the elements that have it. */
  tags: readonly string[];
  /** `or`: a flavor or a tag fits. `and`: a flavor and a tag fit, where there are both. */
  mode: 'or' | 'and';
}

/** The entries of a list with commas, without blanks and empty ones. */
export const listed = (text: string): string[] =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');

/** Whether a flavor fits a pattern, each side of which may be a wildcard: `presenter/source` fits `presenter/*`. */
export function fitsFlavor(flavor: string, pattern: string): boolean {
  const [type, subtype] = sidesOf(flavor);
  const [wantedType, wantedSubtype] = sidesOf(pattern);
  return fitsSide(type, wantedType) && fitsSide(subtype, wantedSubtype);
}

/** Both sides of a flavor; without `/` the second one is empty. */
export function sidesOf(flavor: string): [type: string, subtype: string] {
  const slash = flavor.indexOf('/');
  return slash < 0 ? [flavor, ''] : [flavor.slice(0, slash), flavor.slice(slash + 1)];
}

const fitsSide = (side: string, pattern: string): boolean => pattern === '*' || side === pattern;

/** The elements that a selection names, in their order. Without flavors and tags it names none. */
export const selected = <T extends Selectable>(elements: readonly T[], selection: Selection): T[] =>
  elements.filter((element) => isSelected(element, selection));

/** Whether a selection names an element. */
export function isSelected({ flavor, tags: own }: Selectable, { flavors, tags, mode }: Selection): boolean {
  const wanted = tags.filter((tag) => !tag.startsWith('-')).map((tag) => tag.replace(/^\+/, ''));
  if (tags.some((tag) => tag.startsWith('-') && own.includes(tag.slice(1)))) return false;
  const byFlavor = flavors.some((pattern) => fitsFlavor(flavor, pattern));
  const byTag = wanted.some((tag) => own.includes(tag));
  if (mode === 'or') return byFlavor || byTag;
  if (flavors.length === 0 && wanted.length === 0) return false;
  return (byFlavor || flavors.length === 0) && (byTag || wanted.length === 0);
}

/** The flavor of a result: a side that is `*` in the target is that of the source. */
export function targetFlavor(source: string, target: string): string {
  const [type, subtype] = sidesOf(source);
  const [wantedType, wantedSubtype] = sidesOf(target);
  return `${wantedType === '*' ? type : wantedType}/${wantedSubtype === '*' ? subtype : wantedSubtype}`;
}

/** Tags after a list of targets: plain ones replace all, `+a` adds, `-b` removes. Each tag is there once. */
export function targetTags(before: readonly string[], list: readonly string[]): string[] {
  const plain = list.filter((tag) => !/^[+-]/.test(tag));
  const added = list.filter((tag) => tag.startsWith('+')).map((tag) => tag.slice(1));
  const removed = new Set(list.filter((tag) => tag.startsWith('-')).map((tag) => tag.slice(1)));
  const kept = plain.length > 0 ? plain : before;
  return [...new Set([...kept, ...added])].filter((tag) => tag !== '' && !removed.has(tag));
}
