import type { Database } from '../store/connect.ts';
import { json, type Tables } from '../store/tables.ts';
import type { Selectable } from 'kysely';
import type { Who } from './who.ts';

/** One entry of the audit log: what was changed. */
export interface AuditEntry {
  /** `create`, `update`, `delete`, `ingest`… */
  action: string;
  /** `event`, `series`, `agent`, `account`… */
  kind: string;
  /** Id or name of the object. */
  object: string;
  /** New values, in any shape; never secrets. */
  change?: unknown;
}

/**
 * Rows of one insert: a statement of PostgreSQL has at most 65 535 parameters, so more rows are written in several
 * statements.
 */
const ROWS_AT_ONCE = 1000;

/**
 * Writes who changed what to the audit log. `who` undefined: the server itself. `within` is the transaction that makes
 * the change: if it is rolled back, the entries are not written either.
 */
export async function tellAudit(
  within: Database,
  who: Who | undefined,
  entries: AuditEntry | readonly AuditEntry[],
): Promise<void> {
  const rows = [entries].flat().map(({ action, kind, object, change }) => ({
    account: who?.name ?? null,
    address: who?.address ?? null,
    action,
    kind,
    object,
    change: change === undefined ? null : json(change),
  }));
  for (let n = 0; n < rows.length; n += ROWS_AT_ONCE) {
    await within
      .insertInto('audit_log')
      .values(rows.slice(n, n + ROWS_AT_ONCE))
      .execute();
  }
}

/** Bounds of a page of the audit log. */
export interface AuditQuery {
  kind?: string | undefined;
  object?: string | undefined;
  account?: string | undefined;
  /** Id of the last entry of the page before: only entries with a smaller id are given. */
  before?: number | undefined;
  limit: number;
}

/** Entries of the audit log, the newest first. */
export const auditEntries = (
  database: Database,
  { kind, object, account, before, limit }: AuditQuery,
): Promise<Selectable<Tables['audit_log']>[]> =>
  database
    .selectFrom('audit_log')
    .selectAll()
    .$if(kind !== undefined, (of) => of.where('kind', '=', kind ?? ''))
    .$if(object !== undefined, (of) => of.where('object', '=', object ?? ''))
    .$if(account !== undefined, (of) => of.where('account', '=', account ?? ''))
    .$if(before !== undefined, (of) => of.where('id', '<', before ?? 0))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
