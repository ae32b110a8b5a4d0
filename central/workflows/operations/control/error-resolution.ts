import type { Operation } from '../../run/operation.ts';

/**
 * `error-resolution`: waits for a person. Opencast puts it into a run whose operation failed and is held; here that operation
 * itself waits (`retry-strategy: hold`), so this one only waits where a definition names it.
 */
export const errorResolution = (): Operation => ({
  id: 'error-resolution',
  weight: 'light',
  run: async () => ({ kind: 'pause', why: 'an operation failed: resume the run to go on, or stop it' }),
});
