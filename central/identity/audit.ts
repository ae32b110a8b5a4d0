import type { Database } from '../store/connect.ts';
import { json, type Tables } from '../store/tables.ts';
import type { Selectable } from 'kysely';
import type { Who } from './who.ts';

/** What was changed. */
export interface AuditEntry {
  /** `create`, `update`, `delete`, `ingest`… */
  action: string;
  /** `event`, `series`, `agent`, `account`… */
  kind: string;
  /** Its id or name. */
  object: string;
  /** What is different now, in any shape; no secrets. */
  change?: unknown;
}

/** As many rows as one statement may have parameters for. */
const ROWS_AT_ONCE = 1000;

/**
 * Keeps who changed what. `who` undefined: the server itself. Given the transaction that makes the change, what is rolled back did
 * not happen.
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

export interface AuditQuery {
  kind?: string | undefined;
  object?: string | undefined;
  account?: string | undefined;
  /** Only entries with a smaller id: for the next page. */
  before?: number | undefined;
  limit: number;
}

/** What was changed, the newest first. */
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
