import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What this process holds, once what nobody holds is collected. */
export function memoryHeld(): NodeJS.MemoryUsage {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage();
}

export const heapMb = (): number => memoryHeld().heapUsed / 2 ** 20;
