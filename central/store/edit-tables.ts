import type { ColumnType } from 'kysely';

/** Tables of what people edit. */

/** Edits of recordings that are not saved yet: one for each person and event. */
export interface EditDraftsTable {
  event: string;
  /** Name of the account whose draft it is. */
  account: string;
  /** Number of the version that it began from. */
  base: number;
  /** Number that grows with each change. */
  revision: number;
  /** The edit, in the shape of `central/editing/edit.ts`: written as a text, read as the value. */
  content: ColumnType<unknown, string, string>;
  changed_at: ColumnType<Date, Date | undefined, Date>;
}

/** Who edits which event, until a moment. */
export interface EditLocksTable {
  event: string;
  account: string;
  /** Id of the window of the editor that has the lock. */
  uuid: string;
  since: ColumnType<Date, Date, Date>;
  expires_at: ColumnType<Date, Date, Date>;
  /** Account that asked last for the lock and did not get it, and when; null: nobody did. */
  second_account: ColumnType<string | null, null | undefined, string | null>;
  second_at: ColumnType<Date | null, null | undefined, Date | null>;
}
