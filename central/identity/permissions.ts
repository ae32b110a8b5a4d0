import type { Role } from '../store/tables.ts';
import type { Who } from './who.ts';

/** Permissions of accounts: every route asks here. */

export const ROLES: readonly Role[] = ['admin', 'scheduler', 'agent', 'viewer'];

/** Roles that may use something; admins always may. `anyone`: also those who are not signed in. */
export type Allows = readonly Role[] | 'anyone';

/** Whether an account may use something; undefined: a person or program that is not signed in. */
export function mayUse(who: Who | undefined, allows: Allows): boolean {
  if (allows === 'anyone') return true;
  return who !== undefined && (who.role === 'admin' || allows.includes(who.role));
}

/** Whether an account may speak for an agent: an account of one agent speaks for no other. */
export const mayActFor = (who: Who, agent: string): boolean => who.agent === null || who.agent === agent;

/** Owners of a thing: the agents that it belongs to, and the accounts that brought it. */
export interface Owners {
  agents: readonly (string | null | undefined)[];
  accounts: readonly (string | null | undefined)[];
}

/**
 * Whether an account may see and change a thing. An account of one agent may only touch what belongs to this agent or
 * what it brought itself.
 */
export const mayTouch = (who: Who, { agents, accounts }: Owners): boolean =>
  who.agent === null || agents.includes(who.agent) || accounts.includes(who.name);

/**
 * Whether an account may put an event where another one has the hall already: admins always, schedulers (`own`) where
 * both events are their own.
 */
export const mayOverlap = (who: Who): boolean | 'own' =>
  who.role === 'admin' || (who.role === 'scheduler' ? 'own' : false);

/** Our roles by the names that Opencast's clients know (facts/opencast 1.2, 3.1). */
const OPENCAST_ROLES: Readonly<Record<Role, readonly string[]>> = {
  admin: ['ROLE_ADMIN', 'ROLE_API', 'ROLE_SUDO'],
  scheduler: [
    'ROLE_ADMIN_UI',
    'ROLE_API',
    'ROLE_API_EVENTS_CREATE',
    'ROLE_API_EVENTS_EDIT',
    'ROLE_API_EVENTS_VIEW',
    'ROLE_API_SERIES_CREATE',
  ],
  agent: ['ROLE_CAPTURE_AGENT'],
  viewer: ['ROLE_API', 'ROLE_API_EVENTS_VIEW', 'ROLE_API_SERIES_VIEW'],
};

type Named = Pick<Who, 'name' | 'role'>;

/** The role of a single account: `ROLE_USER_M_DUPONT`. */
export const userRoleOf = (who: Pick<Who, 'name'> | undefined): string =>
  who ? `ROLE_USER_${who.name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}` : 'ROLE_ANONYMOUS';

/** Every role of an account, by Opencast's names: those of its kind, its own one, and those that everybody has. */
export const opencastRolesOf = (who: Named | undefined): string[] =>
  who ? [...OPENCAST_ROLES[who.role], userRoleOf(who), 'ROLE_USER', 'ROLE_ANONYMOUS'] : ['ROLE_ANONYMOUS'];

/**
 * Roles that must stand in an access list for a person to read something; undefined: the person reads everything. Where
 * a program asks for somebody else, `asked` are the roles that count.
 */
export function readingRoles(who: Who | undefined, asked?: readonly string[]): readonly string[] | undefined {
  if (asked) return asked;
  const readsAll = who !== undefined && who.agent === null && (who.role === 'admin' || who.role === 'scheduler');
  return readsAll ? undefined : opencastRolesOf(who);
}
