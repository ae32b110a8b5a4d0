/** Settings by their keys, some of which are groups themselves. */
export type Group = Record<string, unknown>;

/** Whether a setting is a group of settings, and no list. */
export const isGroup = (value: unknown): value is Group =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `above`, and `below` where it says nothing, key by key; lists are taken whole. */
export function laidOver(below: Group, above: Group): Group {
  const entries = Object.entries(above).map(([key, value]): [string, unknown] => {
    const under = Object.hasOwn(below, key) ? below[key] : undefined;
    return [key, isGroup(value) && isGroup(under) ? laidOver(under, value) : value];
  });
  return { ...below, ...Object.fromEntries(entries) };
}
