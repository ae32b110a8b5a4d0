import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { databaseOf, openPool, type ConnectionOptions, type Database } from '#central/store/connect.ts';
import { openJobs } from '#central/store/jobs.ts';
import { migrate } from '#central/store/migrate.ts';
import { startPrivatePostgres, type PrivatePostgres } from '#central/store/private-postgres.ts';
import { QUEUES } from '#central/workflows/workflows.ts';
import { silentLog } from '#lib/runtime/log.ts';

/** Its data need not survive a power cut. */
const QUICK = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
const TEMPLATE = 'template_amphi';

interface Running {
  server: PrivatePostgres;
  folder: string;
}

let running: Promise<Running> | undefined;
let users = 0;

/** One PostgreSQL for all tests that want one at a time, with an empty database that is up to date, to be copied. */
async function start(): Promise<Running> {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-postgres-'));
  const server = await startPrivatePostgres({ folder: join(folder, 'cluster'), options: QUICK, log: silentLog });
  await inDatabase(server.connection, `create database ${TEMPLATE}`);
  const pool = openPool({ ...server.connection, database: TEMPLATE }, silentLog);
  await migrate(databaseOf(pool));
  await pool.end();
  const jobs = await openJobs({ ...server.connection, database: TEMPLATE }, silentLog);
  await jobs.makeQueues(Object.values(QUEUES));
  await jobs.close();
  return { server, folder };
}

/** The last one who leaves ends it. */
async function leave(): Promise<void> {
  users -= 1;
  if (users > 0 || !running) return;
  const leaving = running;
  // Who comes from here on gets another one.
  running = undefined;
  const { server, folder } = await leaving;
  await server.close();
  await rm(folder, { recursive: true, force: true });
}

async function inDatabase(connection: ConnectionOptions, statement: string): Promise<void> {
  const client = new Client(connection);
  await client.connect();
  await client.query(statement);
  await client.end();
}

export interface TestDatabase {
  database: Database;
  connection: ConnectionOptions;
  close(): Promise<void>;
}

let databases = 0;

/** A database of a test's own, empty but for what the migrations put there. */
export async function freshDatabase(): Promise<TestDatabase> {
  users += 1;
  const { server } = await (running ??= start());
  const name = `test_${process.pid}_${databases++}`;
  await inDatabase(server.connection, `create database ${name} template ${TEMPLATE}`);
  const connection = { ...server.connection, database: name };
  const pool = openPool(connection, silentLog);
  return {
    database: databaseOf(pool),
    connection,
    async close() {
      await pool.end();
      await leave();
    },
  };
}
