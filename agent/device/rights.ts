import { allRows, type RowId } from '#lib/sis/rows.ts';
import type { CommandSpec } from '#lib/sis/table.ts';

/** Who may make a request, and from where that rule comes. */
export interface Right {
  access: 'user' | 'admin';
  /**
   * Commands of the control protocol that make the request; its right is theirs. Empty: the request has a right of its
   * own.
   */
  rows: readonly RowId[];
  /** Reason for a right of its own. */
  because?: string;
}

/**
 * The right that commands in a table have; of several the strictest, since the request can do what each of them does.
 */
export function accessIn(table: readonly CommandSpec[], rows: readonly RowId[]): Right['access'] {
  const found = table.filter(({ id }) => rows.some((row) => row === id));
  return found.length === rows.length && found.every(({ access }) => access === 'user') ? 'user' : 'admin';
}

/** The right of a request that commands of the control protocol make: the same as theirs. */
export const rightOf = (...rows: readonly [RowId, ...RowId[]]): Right => ({ access: accessIn(allRows, rows), rows });

/** A right of its own, for a request that no command makes, with the reason. */
export const own = (access: Right['access'], because: string): Right => ({ access, rows: [], because });
