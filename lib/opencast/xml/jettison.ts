/**
 * The JSON of Opencast's older endpoints is XML in disguise: a list with one member is an object, an empty one `""`.
 */

/** The members of such a list. */
export function listOf(value: unknown): Record<string, unknown>[] {
  const all = Array.isArray(value) ? value : [value];
  return all.filter((one): one is Record<string, unknown> => typeof one === 'object' && one !== null);
}

/** The value at a path of keys; undefined where a key is missing or something is no object (`""` stands for empty). */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[key] : undefined),
    value,
  );
}

/** Members as such a server writes them: `""`, the only one itself, or an array. */
export function asList<T>(members: readonly T[]): '' | T | readonly T[] {
  if (members.length === 0) return '';
  return members.length === 1 ? (members[0] as T) : members;
}
