import { textOf, type XmlElement } from './xml.ts';

/**
 * The JSON of Opencast's older endpoints, which is converted XML: a list with one member is that member, an empty one
 * `""` (facts/opencast 1.1).
 */

/** The members of a list in such JSON. */
export function listOf(value: unknown): Record<string, unknown>[] {
  const all = Array.isArray(value) ? value : [value];
  return all.filter((one): one is Record<string, unknown> => typeof one === 'object' && one !== null);
}

/**
 * The value at a path of keys; undefined if a key is missing or a value on the way is not an object (an empty object is
 * written as `""`).
 */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null ? Object.getOwnPropertyDescriptor(inner, key)?.value : undefined,
    value,
  );
}

/** A list as such a server writes it: `""`, its only member, or an array. */
export function asList<T>(members: readonly T[]): '' | T | readonly T[] {
  if (members.length === 0) return '';
  return members.length === 1 ? (members[0] as T) : members;
}

/**
 * Converts the text of an attribute or element into a number or boolean, by its name; gives the text itself otherwise.
 */
export type Typing = (name: string, text: string) => string | number | boolean;

/**
 * An element as such a server writes it: attributes and children by their names; several children with one name as a
 * list, text beside attributes as `$`, an empty element as `""`. Names may be foreign text, so the object is made of
 * pairs.
 */
export function elementJson(one: XmlElement, typed: Typing = (_, text) => text): unknown {
  const { name, attributes, children } = one;
  // An element that holds only text, as most do, is that text.
  if (attributes.length === 0 && children.every((child) => typeof child === 'string')) {
    const text = children.join('').trim();
    return text === '' ? '' : typed(name, text);
  }
  const pairs = attributes.map((attribute): [string, unknown] => [
    attribute.name,
    typed(attribute.name, attribute.value),
  ]);
  const byName = new Map<string, unknown[]>();
  for (const child of children) {
    if (typeof child === 'string') continue;
    const told = elementJson(child, typed);
    const others = byName.get(child.name);
    if (others) others.push(told);
    else byName.set(child.name, [told]);
  }
  for (const [of, all] of byName) pairs.push([of, asList(all)]);
  const text = byName.size > 0 ? '' : textOf(one);
  if (text !== '') pairs.push(['$', text]);
  return Object.fromEntries(pairs);
}
