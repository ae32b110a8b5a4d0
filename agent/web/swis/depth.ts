/** Depth to which valid values are nested, at most. */
const DEEPEST = 32;

/** Whether a JSON value is nested deeper than any valid one; others can be walked safely. */
export function isTooDeep(value: unknown, deepest = DEEPEST): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) return true;
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
  return false;
}
