import { sql, type Kysely } from 'kysely';

/** Adds who came to an event that somebody edits already. The columns are explained in `edit-tables.ts`. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql`alter table edit_locks add second_account text, add second_at timestamptz`.execute(database);
}
