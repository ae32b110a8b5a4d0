import type { AccountRow, Role } from '../store/tables.ts';

/** Whoever asks. */
export interface Who {
  account: number;
  name: string;
  role: Role;
  /** An account of one agent alone. */
  agent: string | null;
  /** Where he asks from. */
  address: string;
}

export const whoIs = ({ id, name, role, agent }: AccountRow, address: string): Who => ({
  account: id,
  name,
  role,
  agent,
  address,
});
