/**
 * Makes an entry the newest of a map that has at most `most`; with more, the oldest is dropped. Gives the dropped key
 * and value, or undefined. For maps of foreign names: a map keeps the order of its entries, so no other list is needed.
 */
export function keepNewest<K, V>(map: Map<K, V>, key: K, value: V, most: number): [K, V] | undefined {
  map.delete(key);
  map.set(key, value);
  const oldest = map.size > most ? map.entries().next().value : undefined;
  if (oldest) map.delete(oldest[0]);
  return oldest;
}
