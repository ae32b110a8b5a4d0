import { findEvent } from '../catalogue/list-events.ts';
import { opencastRolesOf } from '../identity/permissions.ts';
import type { Who } from '../identity/who.ts';
import type { Database } from '../store/connect.ts';

/**
 * Whether an account may edit an event: admins and schedulers may edit all, others those whose access list allows one of
 * their roles to write. Where a program asks for another person by roles, `roles` count alone. Accounts of one agent are
 * limited to its events before this is asked.
 */
export async function mayEdit(
  database: Database,
  { who, roles }: { who: Who; roles: readonly string[] | undefined },
  event: string,
): Promise<boolean> {
  if (!roles && (who.role === 'admin' || who.role === 'scheduler')) return true;
  const allowed = { roles: roles ?? opencastRolesOf(who), action: 'write' };
  return (await findEvent(database, event, allowed)) !== undefined;
}
