import type { ColumnType, Generated } from 'kysely';
import type { Maybe, MaybeTime, Time } from './columns.ts';

/** Tables of what people do here: sessions, tokens, comments, the audit log. See `tables.ts`. */

export interface SessionsTable {
  /** SHA-256 of the cookie's value. */
  hash: string;
  account: number;
  created_at: Time;
  expires_at: ColumnType<Date, Date, Date>;
  address: Maybe<string>;
}

export interface ApiTokensTable {
  id: Generated<number>;
  account: number;
  name: string;
  /** SHA-256 of the token. */
  hash: string;
  created_at: Time;
  expires_at: MaybeTime;
}

/** Comments on events, which people and workflows write: what is to be done, and what went wrong. */
export interface CommentsTable {
  id: Generated<number>;
  event: string;
  text: string;
  /** Key of the reason, such as `EVENTS.EVENTS.DETAILS.COMMENTS.REASONS.CUTTING`; '': none. */
  reason: Generated<string>;
  /** Account that wrote it; null: a workflow. */
  author: Maybe<string>;
  resolved: Generated<boolean>;
  created_at: Time;
  modified_at: Time;
}

export interface CommentRepliesTable {
  id: Generated<number>;
  comment: number;
  text: string;
  author: Maybe<string>;
  created_at: Time;
  modified_at: Time;
}

export interface AuditLogTable {
  id: Generated<number>;
  at: Time;
  /** Account that made the change; null: the server itself. */
  account: Maybe<string>;
  address: Maybe<string>;
  /** `create`, `update`, `delete`, `ingest`, `sign-in`… */
  action: string;
  /** `event`, `series`, `agent`, `account`… */
  kind: string;
  object: string;
  change: ColumnType<unknown, string | null | undefined, string | null>;
}
