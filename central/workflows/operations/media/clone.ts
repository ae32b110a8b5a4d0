import type { Operation } from '../../run/operation.ts';
import { sourcesOf, targetOf } from '../selecting.ts';

/** `clone`: gives elements further flavors; the files are the same. */
export const clone = (): Operation => ({
  id: 'clone',
  weight: 'light',
  async run(context) {
    const sources = sourcesOf(context, 'and');
    if (sources.length === 0) return { kind: 'skip', why: 'nothing has these flavors and tags' };
    const added = sources.map((source) => ({
      ...source,
      ...targetOf(context, source, source.tags),
      id: crypto.randomUUID(),
    }));
    return { kind: 'done', added };
  },
});
