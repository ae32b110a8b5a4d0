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
