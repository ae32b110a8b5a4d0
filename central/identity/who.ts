import type { AccountRow, Role } from '../store/tables.ts';

/** Account that sends a request. */
export interface Who {
  account: number;
  name: string;
  role: Role;
  /** The one agent that the account is for; null: not only for one. */
  agent: string | null;
  /** Address that the request comes from. */
  address: string;
}

/** Account of a row of the database, with the address of its request. */
export const whoIs = ({ id, name, role, agent }: AccountRow, address: string): Who => ({
  account: id,
  name,
  role,
  agent,
  address,
});
