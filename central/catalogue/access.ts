import type { AclEntry } from '../store/tables.ts';

/** Who may do what with an event or a series: its list of entries. */

/** The list with one entry more that allows a role an action; what it said of them before goes. */
export const withEntry = (acl: readonly AclEntry[], action: string, role: string): AclEntry[] => [
  ...withoutEntry(acl, action, role),
  { role, action, allow: true },
];

/** The list without what it says of a role and an action. */
export const withoutEntry = (acl: readonly AclEntry[], action: string, role: string): AclEntry[] =>
  acl.filter((entry) => entry.action !== action || entry.role !== role);
