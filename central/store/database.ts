import { join } from 'node:path';
import type { Pool } from 'pg';
import type { Log } from '@amphi/lib/runtime/log.ts';
import { databaseOf, makeDatabase, openPool, type ConnectionOptions, type Database } from './connect.ts';
import { migrate } from './migrate.ts';
import { startPrivatePostgres } from './private-postgres.ts';

/** Place and programs of the database. */
export interface DatabaseSettings {
  /** URL of an existing PostgreSQL; undefined: a private one is started. */
  url: string | undefined;
  data: string;
  /** Folder of PostgreSQL's programs; undefined: they are looked for. */
  programs: string | undefined;
  log: Log;
}

/** The open database, with all migrations done. */
export interface OpenDatabase {
  database: Database;
  pool: Pool;
  connection: ConnectionOptions;
  close(): Promise<void>;
}

const NAME = 'amphi';

/**
 * Opens the database, and starts a private PostgreSQL where no other is named. Throws an error in words for an
 * installer.
 */
export async function openDatabase({ url, data, programs, log }: DatabaseSettings): Promise<OpenDatabase> {
  if (url !== undefined) return openAt({ connectionString: url }, log, async () => undefined);
  const postgres = await startPrivatePostgres({ folder: join(data, 'postgres'), programs, log });
  try {
    await makeDatabase(postgres.connection, NAME);
    return await openAt({ ...postgres.connection, database: NAME }, log, () => postgres.close());
  } catch (error) {
    await postgres.close();
    throw error;
  }
}

async function openAt(connection: ConnectionOptions, log: Log, close: () => Promise<void>): Promise<OpenDatabase> {
  const pool = openPool(connection, log);
  const database = databaseOf(pool);
  try {
    await pool.query('select 1').catch((error: Error) => {
      throw new Error(`the database of DATABASE_URL cannot be reached: ${error.message || String(error)}`);
    });
    await migrate(database);
  } catch (error) {
    await pool.end();
    throw error;
  }
  return {
    database,
    pool,
    connection,
    async close() {
      await pool.end();
      await close();
    },
  };
}
