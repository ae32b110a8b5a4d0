/**
 * Makes an entry the newest of a map that remembers so many; beyond that the oldest is forgotten. Gives the one that was forgotten,
 * or undefined. Maps keep the order in which their entries came, so what strangers name needs no other list.
 */
export function keepNewest<K, V>(map: Map<K, V>, key: K, value: V, most: number): [K, V] | undefined {
  map.delete(key);
  map.set(key, value);
  const oldest = map.size > most ? map.entries().next().value : undefined;
  if (oldest) map.delete(oldest[0]);
  return oldest;
}
