/** Runs of a definition whose operations do next to nothing, in a database of the bench's own. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { parseConfig } from '#central/config.ts';
import { openProcessing } from '#central/processing.ts';
import { databaseOf, makeDatabase, openPool, type ConnectionOptions, type Database } from '#central/store/connect.ts';
import { openMediaStore } from '#central/store/media-store.ts';
import { migrate } from '#central/store/migrate.ts';
import { startPrivatePostgres } from '#central/store/private-postgres.ts';
import { realClock, sleep } from '#lib/runtime/clock.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { openScope } from '#lib/runtime/scope.ts';

/** How far the runs of an event's name are. */
export interface Standing {
  runs: number;
  /** Runs that succeeded with every operation. */
  whole: number;
  operations: number;
  settled: number;
  crashes: number;
  /** Seconds between the first operation's begin and the last one's end. */
  seconds: number;
}

/** A server that begins runs and does none. */
export interface QueuedRuns {
  database: Database;
  connection: ConnectionOptions;
  /** The same as a URL, for other processes. */
  url: string;
  /** Begins `count` runs, each of an event of its own, whose names begin with `name`. */
  begin(name: string, count: number): Promise<void>;
  standing(name: string): Promise<Standing>;
  /** Resolves when the runs have settled `part` of their operations (0 to 1). Rejects after `limitMs` without any progress. */
  settled(name: string, part: number, limitMs?: number): Promise<Standing>;
  /** Kills PostgreSQL with SIGKILL. Resolves when it answers again. */
  killPostgres(): Promise<void>;
  close(): Promise<void>;
}

const DEFINITION = 'chain';

/** A chain of operations, in which each one but the first waits for the one before. */
const chainOf = (operations: number): string => {
  const one = (at: number): string =>
    at === operations - 1
      ? '  - id: log\n    description: Writing it down'
      : [
          '  - id: defaults',
          '    description: A value',
          ...(at === 0 ? [] : [`    if: \${a${at - 1}}`]),
          '    configurations:',
          `      - a${at}: "true"`,
        ].join('\n');
  const all = Array.from({ length: operations }, (_, at) => one(at));
  return `id: ${DEFINITION}\ntitle: Chain\noperations:\n${all.join('\n')}\n`;
};

/** Opens a PostgreSQL with the settings of the product, and a definition of so many operations. */
export async function openQueuedRuns(folder: string, operations: number): Promise<QueuedRuns> {
  const scope = openScope();
  const postgres = await startPrivatePostgres({ folder: join(folder, 'postgres'), log: silentLog });
  scope.defer(() => postgres.close());
  await makeDatabase(postgres.connection, 'amphi');
  // Other processes reach the socket's folder by a handle of this one.
  const host = postgres.connection.host?.replace('/proc/self/', `/proc/${process.pid}/`);
  const connection = { ...postgres.connection, host, database: 'amphi' };
  const pool = openPool(connection, silentLog);
  scope.defer(() => pool.end());
  const database = databaseOf(pool);
  await migrate(database);
  await mkdir(join(folder, 'definitions'));
  await writeFile(join(folder, 'definitions', `${DEFINITION}.yaml`), chainOf(operations));
  const config = { data: join(folder, 'begins'), workflows: join(folder, 'definitions'), roles: ['web'] };
  const workflows = await openProcessing(parseConfig(config), {
    database,
    connection,
    store: await openMediaStore(join(folder, 'media'), 0),
    clock: realClock,
    programs: { ffmpeg: 'ffmpeg', ffprobe: 'ffprobe' },
    log: silentLog,
    scope,
  });
  const why = workflows.definitions.whyNot(DEFINITION);
  if (why !== undefined) throw new Error(why);
  return {
    database,
    connection,
    url: `postgres://${connection.user}@/amphi?host=${encodeURIComponent(host ?? '')}`,
    async begin(name, count) {
      for (let at = 0; at < count; at++) {
        const event = `${name}-${at}`;
        await database.transaction().execute(async (within) => {
          await within.insertInto('events').values({ id: event, title: event }).execute();
          const version = { event, version: 0, package: event, content: '', manifest: '' };
          await within.insertInto('event_versions').values(version).execute();
          await workflows.begin(within, { event, version: 0, definition: DEFINITION, configuration: {} });
        });
      }
    },
    standing: (name) => standingOf(database, name),
    settled: (name, part, limitMs = 120_000) => settled(database, name, part, limitMs),
    async killPostgres() {
      const pid = await postgres.pid();
      if (pid === undefined) throw new Error('PostgreSQL does not run');
      process.kill(pid, 'SIGKILL');
      const back = async (): Promise<boolean> => {
        const now = await postgres.pid();
        return now !== undefined && now !== pid && (await answers(database));
      };
      while (!(await back())) await sleep(100);
    },
    close: () => scope.close(),
  };
}

const answers = (database: Database): Promise<boolean> =>
  sql`select 1`.execute(database).then(
    () => true,
    () => false,
  );

async function standingOf(database: Database, name: string): Promise<Standing> {
  const { rows } = await sql<Standing>`
    select count(distinct w.id)::int as runs,
      count(distinct w.id) filter (where w.state = 'succeeded' and not exists
        (select 1 from workflow_operations p where p.workflow = w.id and p.state <> 'succeeded'))::int as whole,
      count(*)::int as operations, count(o.finished_at)::int as settled, sum(o.crashes)::int as crashes,
      coalesce(extract(epoch from max(o.finished_at) - min(o.started_at)), 0)::float as seconds
    from workflows w join workflow_operations o on o.workflow = w.id where w.event like ${`${name}-%`}`.execute(
    database,
  );
  return rows[0] ?? { runs: 0, whole: 0, operations: 0, settled: 0, crashes: 0, seconds: 0 };
}

async function settled(database: Database, name: string, part: number, limitMs: number): Promise<Standing> {
  let [most, atMs] = [-1, performance.now()];
  for (;;) {
    const now = await standingOf(database, name).catch(() => undefined);
    if (now && now.operations > 0 && now.settled >= part * now.operations) return now;
    if (now && now.settled > most) [most, atMs] = [now.settled, performance.now()];
    if (performance.now() - atMs > limitMs)
      throw new Error(`${name}: nothing more is settled for ${limitMs / 1000} s: ${JSON.stringify(now)}`);
    await sleep(500);
  }
}
