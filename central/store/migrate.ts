import { Migrator, type Migration } from 'kysely/migration';
import type { Database } from './connect.ts';
import * as domain from './migrations/0001-domain.ts';
import * as owners from './migrations/0002-owners.ts';
import * as imports from './migrations/0003-imports.ts';
import * as parts from './migrations/0004-parts.ts';
import * as runs from './migrations/0005-runs.ts';
import * as elements from './migrations/0006-elements.ts';
import * as publications from './migrations/0007-publications.ts';
import * as growing from './migrations/0008-growing.ts';
import * as chunks from './migrations/0009-chunks.ts';
import * as edits from './migrations/0010-edits.ts';
import * as comments from './migrations/0011-comments.ts';
import * as readers from './migrations/0012-readers.ts';
import * as chapters from './migrations/0013-chapters.ts';
import * as secondEditors from './migrations/0014-second-editors.ts';
import * as lists from './migrations/0015-lists.ts';
import * as texts from './migrations/0016-texts.ts';

/** Migrations in their order. One that was released is never changed: another one is added instead. */
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-domain': domain,
  '0002-owners': owners,
  '0003-imports': imports,
  '0004-parts': parts,
  '0005-runs': runs,
  '0006-elements': elements,
  '0007-publications': publications,
  '0008-growing': growing,
  '0009-chunks': chunks,
  '0010-edits': edits,
  '0011-comments': comments,
  '0012-readers': readers,
  '0013-chapters': chapters,
  '0014-second-editors': secondEditors,
  '0015-lists': lists,
  '0016-texts': texts,
};

/**
 * Brings the database to the state that this program knows. Throws if the database is newer than the program, or if a
 * migration fails.
 */
export async function migrate(database: Database): Promise<void> {
  const migrator = new Migrator({ db: database, provider: { getMigrations: async () => ({ ...MIGRATIONS }) } });
  await refuseNewer(database);
  const { error, results } = await migrator.migrateToLatest();
  if (!error) return;
  const failed = results?.find(({ status }) => status === 'Error')?.migrationName;
  throw new Error(
    `the database cannot be brought up to date${failed ? ` (${failed})` : ''}: ${error instanceof Error ? error.message : 'why is not known'}`,
  );
}

async function refuseNewer(database: Database): Promise<void> {
  const tables = await database.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === 'kysely_migration')) return;
  const done = await database
    .withTables<{ kysely_migration: { name: string } }>()
    .selectFrom('kysely_migration')
    .select('name')
    .execute();
  const unknown = done.map(({ name }) => name).filter((name) => !Object.hasOwn(MIGRATIONS, name));
  if (unknown.length === 0) return;
  throw new Error(
    `the database is newer than this program (it has ${unknown.join(', ')}): run the version of Amphi that made it, or a newer one`,
  );
}
