/** A document that is being edited, and the part of it to be sent. Pure. */

export type Path = readonly (string | number)[];
type Value = unknown;

const isGroup = (value: Value): value is Record<string, Value> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value at a place of the document; undefined if there is none. */
export function at(value: Value, path: Path): Value {
  return path.reduce<Value>((inner, key) => (inner as Record<string | number, Value> | undefined)?.[key], value);
}

/** The document with another value at a place; undefined removes the key. */
export function withAt(value: Value, [key, ...rest]: Path, inner: Value): Value {
  if (key === undefined) return inner;
  if (typeof key === 'number') {
    const list = Array.isArray(value) ? value : [];
    return list.map((one, index) => (index === key ? withAt(one, rest, inner) : (one as Value)));
  }
  const group = isGroup(value) ? value : {};
  const next = withAt(group[key], rest, inner);
  if (next !== undefined) return { ...group, [key]: next };
  const { [key]: _, ...others } = group;
  return others;
}

export const isSame = (a: Value, b: Value): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

/**
 * Keys that the box takes whole: what is left out below them would be removed. They are sent whole, and so are those
 * with parts that must not be missing.
 */
export const WHOLE =
  /^device\.(inputs\.\d\.(source|crop)|shown|layouts|pushes|streams\.[\w-]+\.multicast|sis\.(kept|ports)|sis\.presets\.\w+)$/;

/** The part of `after` that differs from `before`, which is sent to the box; undefined if nothing differs. */
export function patchOf(before: Value, after: Value, path = ''): Value {
  if (isSame(before, after)) return undefined;
  if (!isGroup(before) || !isGroup(after) || WHOLE.test(path)) return after;
  const entries = Object.keys(after).flatMap((key) => {
    const inner = patchOf(before[key], after[key], path ? `${path}.${key}` : key);
    return inner === undefined ? [] : [[key, inner] as const];
  });
  return Object.fromEntries(entries);
}

/** The places that differ, such as `device.audio.from`; the form marks them. */
export function changedPlaces(before: Value, after: Value, path = ''): string[] {
  if (isSame(before, after)) return [];
  const isPair = (isGroup(before) && isGroup(after)) || (Array.isArray(before) && Array.isArray(after));
  if (!isPair) return [path];
  const [old, now] = [before as Record<string, Value>, after as Record<string, Value>];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].flatMap((key) =>
    changedPlaces(old[key], now[key], path ? `${path}.${key}` : key),
  );
}
