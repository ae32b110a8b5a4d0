import type { Role } from '../store/tables.ts';
import type { Who } from './who.ts';

/** What somebody may do: every door asks here. */

export const ROLES: readonly Role[] = ['admin', 'scheduler', 'agent', 'viewer'];

/** Who may use something, besides admins; `anyone`: also who is not signed in. */
export type Allows = readonly Role[] | 'anyone';

/** Whether somebody may use it. `undefined`: he has not said who he is. */
export function mayUse(who: Who | undefined, allows: Allows): boolean {
  if (allows === 'anyone') return true;
  return who !== undefined && (who.role === 'admin' || allows.includes(who.role));
}

/** Whether an account may speak for this agent: one that is for an agent alone speaks for no other. */
export const mayActFor = (who: Who, agent: string): boolean => who.agent === null || who.agent === agent;

/** Whose a thing is: the agents that it is of, and the accounts that brought it. */
export interface Owners {
  agents: readonly (string | null | undefined)[];
  accounts: readonly (string | null | undefined)[];
}

/** Whether an account may see and change a thing: one that is for one agent alone, only what is of this agent, or what it brought. */
export const mayTouch = (who: Who, { agents, accounts }: Owners): boolean =>
  who.agent === null || agents.includes(who.agent) || accounts.includes(who.name);

/** Whether somebody may put an event where another has the hall already: admins do so, schedulers where both are their own. */
export const mayOverlap = (who: Who): boolean | 'own' =>
  who.role === 'admin' || (who.role === 'scheduler' ? 'own' : false);

/** Our roles as Opencast's clients know them (facts/opencast 1.2, 3.1). */
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

/** The role that is of one account alone: `ROLE_USER_M_DUPONT`. */
export const userRoleOf = (who: Pick<Who, 'name'> | undefined): string =>
  who ? `ROLE_USER_${who.name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}` : 'ROLE_ANONYMOUS';

/** Every role of an account as Opencast names them: those of its kind, its own, and everybody's. */
export const opencastRolesOf = (who: Named | undefined): string[] =>
  who ? [...OPENCAST_ROLES[who.role], userRoleOf(who), 'ROLE_USER', 'ROLE_ANONYMOUS'] : ['ROLE_ANONYMOUS'];

/**
 * The roles whose access lists say what somebody may read; undefined: he reads everything. Those of `asked` count, where a program asks
 * for somebody else.
 */
export function readingRoles(who: Who | undefined, asked?: readonly string[]): readonly string[] | undefined {
  if (asked) return asked;
  const readsAll = who !== undefined && who.agent === null && who.role !== 'agent';
  return readsAll ? undefined : opencastRolesOf(who);
}
