import { Kysely, PostgresDialect } from 'kysely';
import { Client, Pool, types, type ClientConfig } from 'pg';
import type { Log } from '@amphi/lib/runtime/log.ts';
import type { Tables } from './tables.ts';

/** As `pg` takes it; `{ connectionString }` for a URL. */
export type ConnectionOptions = Pick<
  ClientConfig,
  'host' | 'port' | 'user' | 'password' | 'database' | 'connectionString'
>;

export type Database = Kysely<Tables>;

const INT8 = 20;
/** Counts and sizes: all of ours are exact as numbers (below 2⁵³). */
types.setTypeParser(INT8, Number);

/** Questions go through a few connections; each is made when it is needed. */
export function openPool(connection: ConnectionOptions, log: Log, max = 20): Pool {
  const pool = new Pool({ ...connection, max, idleTimeoutMillis: 30_000, connectionTimeoutMillis: 15_000 });
  // An idle connection that breaks is replaced by the next question.
  pool.on('error', (error) => {
    if (!pool.ending) log.warn({ error: error.message }, 'a connection to the database broke');
  });
  // One that breaks while it is used fails the question that it is used for; nobody else hears of it, and nobody must.
  pool.on('connect', (client) => {
    client.on('error', (error) => log.warn({ error: error.message }, 'a connection to the database broke in its work'));
  });
  return pool;
}

export const databaseOf = (pool: Pool): Database => new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });

/** Whether it answers now. */
export async function canConnect(connection: ConnectionOptions): Promise<boolean> {
  const client = new Client({ ...connection, connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Makes the database of this name if it is not there. */
export async function makeDatabase(connection: ConnectionOptions, name: string): Promise<void> {
  const client = new Client(connection);
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}
