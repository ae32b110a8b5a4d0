import { pairsOf } from './url-encoded.ts';

/** Parameters of queries that may occur several times; of all others the first counts, as in Opencast. */
const MANY = new Set(['filter', 'tag', 'tags', 'flavor', 'state']);

/**
 * Reads a query, whose characters are bytes as Node gives them: each parameter once, as a text, or as a list if it may
 * be repeated. The result has no prototype, since the names are foreign.
 */
export function queryIn(text: string): Record<string, string | string[]> {
  const query = Object.create(null) as Record<string, string | string[]>;
  for (const [name, value] of pairsOf(Buffer.from(text, 'latin1')) ?? []) {
    const before = query[name];
    if (before === undefined) query[name] = value;
    else if (MANY.has(name)) query[name] = [before, value].flat();
  }
  return query;
}
