import type { Operation, OperationNeeds } from '../../run/operation.ts';
import { coverImage } from './cover/cover-image.ts';
import { editor } from './editor.ts';
import { copy } from './pack/copy.ts';
import { zip } from './pack/zip.ts';

/** Operations that find things in recordings, cut them, and pack elements. */
export const FIND_OPERATIONS: readonly ((needs: OperationNeeds) => Operation)[] = [editor, coverImage, zip, copy];
