import { isDeepStrictEqual } from 'node:util';

/**
 * Whether two values are equal, also inside. Quick for values that were not changed, since these are the same object.
 */
export const isSame = (one: unknown, other: unknown): boolean => one === other || isDeepStrictEqual(one, other);
