import type { Who } from './accounts.ts';
import type { Database } from '../store/connect.ts';
import { json } from '../store/tables.ts';

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

export interface Audit {
  /**
   * Keeps who changed what. `who` undefined: the server itself. Inside a transaction, pass it as `within`: what is rolled
   * back did not happen.
   */
  tell(who: Who | undefined, entries: AuditEntry | readonly AuditEntry[], within?: Database): Promise<void>;
}

export const openAudit = (database: Database): Audit => ({
  async tell(who, entries, within = database) {
    const rows = [entries].flat().map(({ action, kind, object, change }) => ({
      account: who?.name ?? null,
      address: who?.address ?? null,
      action,
      kind,
      object,
      change: change === undefined ? null : json(change),
    }));
    if (rows.length > 0) await within.insertInto('audit_log').values(rows).execute();
  },
});
