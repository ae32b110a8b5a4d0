import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Memory of this process after garbage collection. */
export function memoryHeld(): NodeJS.MemoryUsage {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // A thread frees buffers while the first collection runs; the second waits for it.
  collect();
  collect();
  return process.memoryUsage();
}

/** Heap of this process after garbage collection, in MB. */
export const heapMb = (): number => memoryHeld().heapUsed / 2 ** 20;
