/** A document that is being edited, and the part of it to be sent. Pure. */

export type Path = readonly (string | number)[];
type Value = unknown;

const isGroup = (value: Value): value is Record<string, Value> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function at(value: Value, path: Path): Value {
  return path.reduce<Value>((inner, key) => (inner as Record<string | number, Value> | undefined)?.[key], value);
}

/** The document with another value at a place; undefined takes the key away. */
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

/** Keys that the box takes whole: what is left out of them would go. Those with parts that must be there are, too. */
export const WHOLE =
  /^device\.(inputs\.\d\.(source|crop)|shown|layouts|pushes|streams\.[\w-]+\.multicast|sis\.(kept|ports)|sis\.presets\.\w+)$/;

/** What is different in `after`, and nothing else: what is sent to the box. Undefined where nothing is. */
export function patchOf(before: Value, after: Value, path = ''): Value {
  if (isSame(before, after)) return undefined;
  if (!isGroup(before) || !isGroup(after) || WHOLE.test(path)) return after;
  const entries = Object.keys(after).flatMap((key) => {
    const inner = patchOf(before[key], after[key], path ? `${path}.${key}` : key);
    return inner === undefined ? [] : [[key, inner] as const];
  });
  return Object.fromEntries(entries);
}

/** Places that differ, such as `device.audio.from`: these are marked. */
export function changedPlaces(before: Value, after: Value, path = ''): string[] {
  if (isSame(before, after)) return [];
  const isPair = (isGroup(before) && isGroup(after)) || (Array.isArray(before) && Array.isArray(after));
  if (!isPair) return [path];
  const [old, now] = [before as Record<string, Value>, after as Record<string, Value>];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].flatMap((key) =>
    changedPlaces(old[key], now[key], path ? `${path}.${key}` : key),
  );
}
