import { elementsOf, textOf, type XmlElement } from './xml.ts';

/**
 * The JSON of Opencast's older endpoints, which is converted XML: a list with one member is that member, an empty one
 * `""` (facts/opencast 1.1).
 */

/** The members of such a list. */
export function listOf(value: unknown): Record<string, unknown>[] {
  const all = Array.isArray(value) ? value : [value];
  return all.filter((one): one is Record<string, unknown> => typeof one === 'object' && one !== null);
}

/**
 * The value at a path of keys; undefined if a key is missing or a value on the way is no object (`""` is an empty one).
 */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null ? Object.getOwnPropertyDescriptor(inner, key)?.value : undefined,
    value,
  );
}

/** The members as such a server writes them: `""`, the only one, or an array. */
export function asList<T>(members: readonly T[]): '' | T | readonly T[] {
  if (members.length === 0) return '';
  return members.length === 1 ? (members[0] as T) : members;
}

/** Turns the text of an attribute or element into a number or a truth, by its name; the text itself otherwise. */
export type Typing = (name: string, text: string) => string | number | boolean;

/**
 * An element as such a server writes it: attributes and children by their names, of several children of a name all, text beside
 * attributes as `$`, nothing as `""`. Names may be foreign text: the object is made of pairs.
 */
export function elementJson(one: XmlElement, typed: Typing = (_, text) => text): unknown {
  const children = elementsOf(one);
  const text = children.length > 0 ? '' : textOf(one);
  const attributes = one.attributes.map(({ name, value }): [string, unknown] => [name, typed(name, value)]);
  if (children.length === 0 && attributes.length === 0) return text === '' ? '' : typed(one.name, text);
  const byName = Map.groupBy(children, ({ name }) => name);
  const inner = [...byName].map(([name, all]): [string, unknown] => [
    name,
    asList(all.map((child) => elementJson(child, typed))),
  ]);
  return Object.fromEntries([...attributes, ...inner, ...(text === '' ? [] : [['$', text] as const])]);
}
