import type { Operation } from '../run/operation.ts';
import { sourcesOf, targetOf } from './selecting.ts';

/** `tag`: changes tags or flavor of elements, or of copies of them, whose files are the same. */
export const tag = (): Operation => ({
  id: 'tag',
  weight: 'light',
  async run(context) {
    const sources = sourcesOf(context);
    if (sources.length === 0) return { kind: 'skip', why: 'nothing has these flavors or tags' };
    const isCopy = context.keys.flag('copy');
    const made = sources.map((source) => ({
      ...source,
      ...targetOf(context, source, source.tags),
      id: isCopy ? crypto.randomUUID() : source.id,
    }));
    return isCopy ? { kind: 'done', added: made } : { kind: 'done', changed: made };
  },
});
