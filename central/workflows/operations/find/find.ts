import type { Operation, OperationNeeds } from '../../run/operation.ts';
import { editor } from './editor.ts';

/** Operations that find things in recordings, cut them, and pack elements. */
export const FIND: readonly ((needs: OperationNeeds) => Operation)[] = [editor];
