import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Collects young garbage, in about a millisecond. Buffers of a stream lie outside of V8's heap, and V8 frees them only
 * once there are 64 MB of them: a server that receives large files would hold that much memory without use.
 */
export const collectYoung: () => void = (() => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: { type: 'minor' }) => void;
  return () => collect({ type: 'minor' });
})();
