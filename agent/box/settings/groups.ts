/** Settings by their keys; a value may be a group itself. */
export type Group = Record<string, unknown>;

/** Whether a setting is a group of settings; a list is none. */
export const isGroup = (value: unknown): value is Group =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Merges two groups key by key: a value in `above` replaces the one in `below`; lists are replaced as a whole. */
export function laidOver(below: Group, above: Group): Group {
  const entries = Object.entries(above).map(([key, value]): [string, unknown] => {
    const under = Object.hasOwn(below, key) ? below[key] : undefined;
    return [key, isGroup(value) && isGroup(under) ? laidOver(under, value) : value];
  });
  return { ...below, ...Object.fromEntries(entries) };
}
