import { isDeepStrictEqual } from 'node:util';

/** Whether these are of the same value. Quick for what was not changed: that is the same object. */
export const isSame = (one: unknown, other: unknown): boolean => one === other || isDeepStrictEqual(one, other);
