import { tellAudit } from '../identity/audit.ts';
import type { Who } from '../identity/who.ts';
import type { Database } from '../store/connect.ts';
import { isActive } from './workflows.ts';

/** Removes the record of a workflow that has ended; its recording stays. One that is still active is refused. */
export async function removeWorkflow(database: Database, who: Who, id: number): Promise<'done' | 'missing' | 'active'> {
  return database.transaction().execute(async (within) => {
    const found = await within.selectFrom('workflows').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
    if (!found) return 'missing';
    if (isActive(found)) return 'active';
    await within.deleteFrom('workflows').where('id', '=', id).execute();
    const { event, definition, state } = found;
    const change = { event, definition, state };
    await tellAudit(within, who, { action: 'delete', kind: 'workflow', object: String(id), change });
    return 'done';
  });
}
