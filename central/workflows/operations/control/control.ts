import type { Operation, OperationNeeds } from '../../run/operation.ts';
import { comment } from './comment.ts';

/** Operations that steer, tell, keep and bring. */
export const CONTROL_OPERATIONS: readonly ((needs: OperationNeeds) => Operation)[] = [comment];
