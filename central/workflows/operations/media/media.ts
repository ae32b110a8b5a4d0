import type { Operation, OperationNeeds } from '../../run/operation.ts';
import { encode } from './encode.ts';
import { image } from './image.ts';
import { inspect } from './inspect.ts';

/** Operations that make media of media. */
export const MEDIA_OPERATIONS: readonly ((needs: OperationNeeds) => Operation)[] = [encode, image, inspect];
