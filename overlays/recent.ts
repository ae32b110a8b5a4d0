/** A memory of recent results: `recall(key, make)` gives the result for `key`, or makes it once. */
export type Recent<T> = (key: string, make: () => Promise<T>) => Promise<T>;

/**
 * Keeps the last `most` results, of `mostBytes` by `bytesOf` at most; older ones are dropped. Two callers at a time
 * share one result; failures are not kept.
 */
export function openRecent<T>(most: number, mostBytes: number, bytesOf: (value: T) => number): Recent<T> {
  const entries = new Map<string, { value: Promise<T>; bytes: number }>();

  const forgetOldest = (): void => {
    let total = 0;
    for (const { bytes } of entries.values()) total += bytes;
    for (const [key, { bytes }] of entries) {
      if (entries.size <= most && total <= mostBytes) return;
      entries.delete(key);
      total -= bytes;
    }
  };

  const add = async (key: string, make: () => Promise<T>): Promise<T> => {
    const entry = { value: make(), bytes: 0 };
    entries.set(key, entry);
    try {
      entry.bytes = bytesOf(await entry.value);
    } catch (error) {
      if (entries.get(key) === entry) entries.delete(key);
      throw error;
    }
    forgetOldest();
    return entry.value;
  };

  return (key, make) => {
    const known = entries.get(key);
    if (!known) return add(key, make);
    entries.delete(key);
    entries.set(key, known);
    return known.value;
  };
}
