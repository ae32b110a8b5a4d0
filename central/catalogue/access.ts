import type { AclEntry } from '../store/tables.ts';

/** Access lists of events and series: entries that say which role may do which action. */

/**
 * The list with one entry more, which allows a role an action; earlier entries about the same role and action are
 * removed.
 */
export const withEntry = (acl: readonly AclEntry[], action: string, role: string): AclEntry[] => [
  ...withoutEntry(acl, action, role),
  { role, action, allow: true },
];

/** The list without its entries about a role and an action. */
export const withoutEntry = (acl: readonly AclEntry[], action: string, role: string): AclEntry[] =>
  acl.filter((entry) => entry.action !== action || entry.role !== role);
