import type { Operation, OperationNeeds } from '../run/operation.ts';
import { CONTROL_OPERATIONS } from './control/control.ts';
import { defaults } from './defaults.ts';
import { FIND_OPERATIONS } from './find/find.ts';
import { MEDIA_OPERATIONS } from './media/media.ts';
import { PUBLISH_OPERATIONS } from './publish/publish.ts';
import { tag } from './tag.ts';

/** All operations of this server. */
const OPERATIONS: readonly ((needs: OperationNeeds) => Operation)[] = [
  defaults,
  tag,
  ...CONTROL_OPERATIONS,
  ...MEDIA_OPERATIONS,
  ...FIND_OPERATIONS,
  ...PUBLISH_OPERATIONS,
];

/** Makes the operations of this server. The result gives the one of a name of today; undefined: it has none. */
export function openOperations(needs: OperationNeeds): (id: string) => Operation | undefined {
  const made = new Map(OPERATIONS.map((make) => make(needs)).map((operation) => [operation.id, operation]));
  return (id) => made.get(id);
}
