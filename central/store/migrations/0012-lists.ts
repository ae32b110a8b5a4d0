import { sql, type Kysely } from 'kysely';

/** Adds what films that are lists need, to their elements in publications. The columns are explained in `publication-tables.ts`. */
export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(database);
}

const STATEMENTS: readonly string[] = [
  `drop table rendition_uses`,
  `alter table publication_elements
    add renditions bigint[] not null default '{}',
    add sounds text[] not null default '{}'`,
];
