import { allRows, type RowId } from '#lib/sis/rows.ts';
import type { CommandSpec } from '#lib/sis/table.ts';

/** Who may ask a request, and where that stands. */
export interface Right {
  access: 'user' | 'admin';
  /** The commands of the protocol that make the request: their right is the request's. */
  rows: readonly RowId[];
  /** Why it has a right of its own. */
  because?: string;
}

/** The right of commands in a table: of several the strictest, since the request can do what each of them does. */
export function accessIn(table: readonly CommandSpec[], rows: readonly RowId[]): Right['access'] {
  const found = table.filter(({ id }) => rows.some((row) => row === id));
  return found.length === rows.length && found.every(({ access }) => access === 'user') ? 'user' : 'admin';
}

/** The right of a request that commands of the protocol make: theirs. */
export const rightOf = (...rows: readonly [RowId, ...RowId[]]): Right => ({ access: accessIn(allRows, rows), rows });

/** The right of a request that is not said by a command; because: why this one. */
export const own = (access: Right['access'], because: string): Right => ({ access, rows: [], because });
