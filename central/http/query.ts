import { pairsOf } from './url-encoded.ts';

/** Parameters of queries that may be there several times; of all others the first counts, as Opencast does it. */
const MANY = new Set(['filter', 'tag', 'tags', 'flavor', 'state']);

/** A query, whose letters are bytes as Node gives them: each parameter once, as a text, or the few that may be repeated as a list. Its names are foreign: it has no prototype. */
export function queryIn(text: string): Record<string, string | string[]> {
  const query = Object.create(null) as Record<string, string | string[]>;
  for (const [name, value] of pairsOf(Buffer.from(text, 'latin1')) ?? []) {
    const before = query[name];
    if (before === undefined) query[name] = value;
    else if (MANY.has(name)) query[name] = [before, value].flat();
  }
  return query;
}
