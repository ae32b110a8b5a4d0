import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Collects young garbage. Buffers of a stream lie outside of V8's heap, which looks after them only when 64 MB of them are
 * dead; a server that receives large files would hold that much for nothing. It takes about a millisecond.
 */
export const collectYoung: () => void = (() => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: { type: 'minor' }) => void;
  return () => collect({ type: 'minor' });
})();
