import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { elementsOfPublications, publicationOf } from '#central/catalogue/published/publications.ts';
import { databaseOf, openPool, type Database } from '#central/store/connect.ts';
import { isList } from '#central/store/lists/list-file.ts';
import { openList } from '#central/store/lists/open-list.ts';
import { openMediaStore } from '#central/store/media-store.ts';
import { migrate } from '#central/store/migrate.ts';
import { startPrivatePostgres } from '#central/store/private-postgres.ts';
import type { WorkflowOperationRow } from '#central/store/workflow-tables.ts';
import { realClock } from '#lib/runtime/clock.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { openScope } from '#lib/runtime/scope.ts';
import { startCentralWorker, type WorkerProcess } from '#test/support/central-worker.ts';
import { until } from '#test/support/until.ts';
import { openTestWorkflows } from '../../test-workflows.ts';
import type { LectureServer } from '../lecture-rig.ts';

/** A server whose parts are taken away: a PostgreSQL of its own, workers that are processes, and nothing that works here. */
export interface FaultRig extends LectureServer {
  folder: string;
  /** Starts a worker; `within` runs it by another program. It is killed at the end. */
  worker(within?: readonly string[], flags?: readonly string[]): Promise<WorkerProcess>;
  /** Makes jobs of workers that were killed free now, instead of after the time in which nobody hears of them. */
  freeJobs(): Promise<void>;
  /** Kills PostgreSQL with SIGKILL, and waits until it answers again. */
  killPostgres(): Promise<void>;
  rows(run: number): Promise<WorkflowOperationRow[]>;
  /** Resolves when an operation of this name is at work. */
  atWork(run: number, operation: string): Promise<void>;
  /** Tries a run again that failed, as a person does. */
  retry(run: number): Promise<void>;
  /** Files that viewers get, each checked: it is there, and whole. */
  published(event: string): Promise<string[]>;
  close(): Promise<void>;
}

/** Opens the rig. `media`: its media folder, if not one of its own. */
export async function openFaultRig({ media }: { media?: string } = {}): Promise<FaultRig> {
  const scope = openScope();
  const folder = await mkdtemp(join(tmpdir(), 'amphi-faults-'));
  scope.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 20 }));
  const options = { fsync: 'off', full_page_writes: 'off' };
  const postgres = await startPrivatePostgres({ folder: join(folder, 'postgres'), options, log: silentLog });
  scope.defer(() => postgres.close());
  // Other processes reach the socket's folder by a handle of this one.
  const host = (postgres.connection.host ?? '').replace('/proc/self/', `/proc/${process.pid}/`);
  const connection = { ...postgres.connection, host };
  const url = `postgres://${connection.user}@/postgres?host=${encodeURIComponent(host)}`;
  const pool = openPool(connection, silentLog);
  scope.defer(() => pool.end());
  const database = databaseOf(pool);
  await migrate(database);
  const at = media ?? join(folder, 'media');
  await mkdir(at, { recursive: true });
  const store = await openMediaStore(at, 0);
  const server = await openTestWorkflows({ database, connection, close: async () => undefined }, store, realClock);
  scope.defer(() => server.close());
  let workers = 0;
  const rows = (run: number): Promise<WorkflowOperationRow[]> =>
    database.selectFrom('workflow_operations').selectAll().where('workflow', '=', run).orderBy('position').execute();
  return {
    database,
    store,
    workflows: server.workflows,
    folder,
    rows,
    async worker(within = [], flags = []) {
      workers += 1;
      const place = { data: join(folder, `worker-${workers}`), media: at, url, within };
      const started = await startCentralWorker({ ...place, flags: ['--min-free', '0', ...flags] });
      scope.defer(() => started.kill9());
      return started;
    },
    freeJobs: async () =>
      void (await sql`update jobs.job set heartbeat_on = heartbeat_on - interval '1 minute'
        where state = 'active'`.execute(database)),
    async killPostgres() {
      const pid = await postgres.pid();
      assert.ok(pid !== undefined);
      process.kill(pid, 'SIGKILL');
      await until('PostgreSQL is back', async () => {
        const now = await postgres.pid();
        return now !== undefined && now !== pid && (await answers(database));
      });
    },
    async atWork(run, operation) {
      const isAtWork = async (): Promise<boolean> =>
        (await rows(run)).some((row) => row.operation === operation && row.state === 'running');
      await until(`${operation} is at work`, isAtWork, { everyMs: 10 });
    },
    async retry(run) {
      const name = `desk-${crypto.randomUUID()}`;
      const row = { name, role: 'scheduler' as const, ha1: '' };
      const { id } = await database.insertInto('accounts').values(row).returning('id').executeTakeFirstOrThrow();
      const who = { account: id, name, role: row.role, agent: null, address: '127.0.0.1' };
      const changed = await server.workflows.change(who, run, { action: 'retry' });
      assert.equal(changed.kind, 'done');
    },
    published: (event) => publishedFiles(database, at, event),
    close: () => scope.close(),
  };
}

const answers = (database: Database): Promise<boolean> =>
  sql`select 1`.execute(database).then(
    () => true,
    () => false,
  );

async function publishedFiles(database: Database, media: string, event: string): Promise<string[]> {
  const current = await publicationOf(database, event);
  const elements = await elementsOfPublications(database, current ? [current.id] : []);
  for (const { path, size_bytes: size, md5, url } of elements) {
    // A film of a streaming server lies in its folder.
    if (url !== null) continue;
    const content = await contentOf(media, path);
    assert.equal(content.length, size, path);
    if (md5 !== '') assert.equal(createHash('md5').update(content).digest('hex'), md5, path);
  }
  return elements.map(({ flavor }) => flavor).toSorted();
}

/** Bytes of a published file, or of the film that a list stands for. */
async function contentOf(media: string, path: string): Promise<Buffer> {
  if (!isList(path)) return readFile(join(media, path));
  const list = await openList({ at: (one) => join(media, one) }, path);
  const parts: Buffer[] = [];
  for await (const part of list.read(0, list.sizeBytes)) parts.push(part);
  return Buffer.concat(parts);
}
