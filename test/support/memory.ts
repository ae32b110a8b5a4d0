import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What this process holds, once what nobody holds is collected. */
export function memoryHeld(): NodeJS.MemoryUsage {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // Buffers are freed by a thread beside the first collection; the second waits for it.
  collect();
  collect();
  return process.memoryUsage();
}

export const heapMb = (): number => memoryHeld().heapUsed / 2 ** 20;
