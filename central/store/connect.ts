import { Kysely, PostgresDialect } from 'kysely';
import { Client, DatabaseError, Pool, types, type ClientConfig } from 'pg';
import type { Log } from '@amphi/lib/runtime/log.ts';
import type { Tables } from './tables.ts';

/** Connection to PostgreSQL as `pg` takes it; `{ connectionString }` for a URL. */
export type ConnectionOptions = Pick<
  ClientConfig,
  'host' | 'port' | 'user' | 'password' | 'database' | 'connectionString'
>;

/** The database with its tables, for queries by Kysely; a transaction has the same type. */
export type Database = Kysely<Tables>;

const INT8 = 20;
/** Numbers of 64 bits are read as JavaScript numbers: all our counts and sizes are below 2⁵³, where these are exact. */
types.setTypeParser(INT8, Number);

/** Errors by which connections broke: queries are rejected with the same, such as `write EPIPE`, which a pipe has as well. */
const brokenConnections = new WeakSet<Error>();

/** Opens a pool of at most `max` connections; each is made when it is needed, and closed after 30 s without use. */
export function openPool(connection: ConnectionOptions, log: Log, max = 20): Pool {
  const pool = new Pool({ ...connection, max, idleTimeoutMillis: 30_000, connectionTimeoutMillis: 15_000 });
  // An idle connection that breaks is replaced by the next query.
  pool.on('error', (error) => {
    if (!pool.ending) log.warn({ error: error.message }, 'a connection to the database broke');
  });
  // A connection that breaks during a query makes that query fail. Without a listener this event would end the process.
  pool.on('connect', (client) => {
    client.on('error', (error) => {
      brokenConnections.add(error);
      log.warn({ error: error.message }, 'a connection to the database broke in its work');
    });
  });
  return pool;
}

/** The database behind a pool of connections. */
export const databaseOf = (pool: Pool): Database => new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });

/** Whether the database answers now. */
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

/** Codes of PostgreSQL for a connection that it ended or does not take now: all of class 08, and these. */
const AWAY_CODES: readonly unknown[] = ['57P01', '57P02', '57P03', '53300'];
/** What `pg` says without a code when a connection broke, or could not be made in time. */
const AWAY_WORDS = /^Connection terminated|^timeout exceeded when trying to connect|not queryable$/;

/** Whether a query failed because the database is away or ended the connection: the same query may succeed later. */
export function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (brokenConnections.has(error)) return true;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof DatabaseError) return AWAY_CODES.includes(code) || code?.startsWith('08') === true;
  return AWAY_WORDS.test(error.message) || (syscall === 'connect' && code !== undefined);
}

/** Whether what a row belongs to is gone, such as its event: PostgreSQL refuses rows that belong to nothing. */
export const isOfNothing = (error: unknown): boolean => (error as { code?: string } | undefined)?.code === '23503';

/** Makes a database of this name if there is none. */
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
