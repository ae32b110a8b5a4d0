import type { Operation } from '../run/operation.ts';

/** `defaults`: gives variables that have no value the values of its keys. */
export const defaults = (): Operation => ({
  id: 'defaults',
  weight: 'light',
  async run({ keys, variables }) {
    const missing = keys.all().filter(([name]) => !variables.get(name)?.trim());
    return { kind: 'done', variables: new Map(missing) };
  },
});
