/**
 * The difference between two values that are never changed in place. It is found by comparing references, so that it
 * takes as long as the changed part is large. It can be written as JSON. Undefined if there is no difference.
 */
export type Patch =
  /** The value is replaced as a whole. */
  | { to: unknown }
  /** Changed parts of an object, or of a list of the same length, by key; and keys that are gone. */
  | { parts: Record<string, Patch>; gone?: string[] };

type Parts = Record<string, unknown>;

/** The patch that makes `before` into `after`; undefined if they are equal. */
export function patchBetween(before: unknown, after: unknown): Patch | undefined {
  if (before === after) return undefined;
  if (!isSameKind(before, after)) return { to: after };
  const [old, now] = [before as Parts, after as Parts];
  const parts: [string, Patch][] = [];
  for (const key of Object.keys(now)) {
    if (now[key] === undefined) continue;
    const part = Object.hasOwn(old, key) ? patchBetween(old[key], now[key]) : { to: now[key] };
    if (part) parts.push([key, part]);
  }
  // JSON has no undefined: a key whose value became undefined counts as gone.
  const gone = Object.keys(old).filter((key) => old[key] !== undefined && now[key] === undefined);
  if (parts.length === 0 && gone.length === 0) return undefined;
  return gone.length > 0 ? { parts: Object.fromEntries(parts), gone } : { parts: Object.fromEntries(parts) };
}

/** The value with a patch applied. Unchanged parts are the same references as before. */
export function patched<Value>(value: Value, patch: Patch): Value {
  if ('to' in patch) return patch.to as Value;
  const { parts, gone = [] } = patch;
  if (Array.isArray(value)) {
    return value.map((one: unknown, index) => {
      const part = parts[index];
      return part ? patched(one, part) : one;
    }) as Value;
  }
  const old = value as Parts;
  const kept = Object.entries(old).filter(([key]) => !gone.includes(key));
  const fresh = Object.entries(parts).map(([key, part]) => [key, patched(old[key], part)] as const);
  return Object.fromEntries([...kept, ...fresh]) as Value;
}

function isSameKind(before: unknown, after: unknown): boolean {
  if (typeof before !== 'object' || typeof after !== 'object' || before === null || after === null) return false;
  if (Array.isArray(before) || Array.isArray(after)) {
    return Array.isArray(before) && Array.isArray(after) && before.length === after.length;
  }
  return true;
}
