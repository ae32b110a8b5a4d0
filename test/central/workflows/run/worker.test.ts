// In a process of its own: it starts workers as processes.
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { openMediaStore, type MediaStore } from '#central/store/media-store.ts';
import { OperationFailed } from '#central/workflows/run/operation.ts';
import { startWorker, type WorkerNeeds } from '#central/workflows/run/worker.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { inTime } from '#test/support/pace.ts';
import { until } from '#test/support/until.ts';
import { freshDatabase, type TestDatabase } from '../../postgres.ts';
import { anyKeys, openRunRig, operations, planned, when, type RunRig } from './run-rig.ts';

let opened: TestDatabase;
let rig: RunRig;
let folder: string;
let store: MediaStore;
let work: (code: Parameters<typeof operations>[0]) => Promise<() => Promise<void>>;
before(async () => {
  opened = await freshDatabase();
  folder = await mkdtemp(join(tmpdir(), 'amphi-runs-'));
  store = await openMediaStore(folder, 0);
  rig = await openRunRig(opened.database, opened.connection);
  work = (code) => {
    const needs: WorkerNeeds = {
      ...rig,
      database: opened.database,
      catalogue: anyKeys,
      store,
      ffprobe: 'ffprobe',
      log: silentLog,
      atOnce: { light: 4, heavy: 1 },
      operationOf: operations(code),
    };
    return startWorker(needs);
  };
});
after(async () => {
  await rig.close();
  await opened.close();
  await rm(folder, { recursive: true });
});

test('operations run side by side where nothing holds them up; their values, conditions and logs are kept', async (t) => {
  let atOnce = 0;
  let most = 0;
  const sideBySide = async (): Promise<void> => {
    most = Math.max(most, ++atOnce);
    await until('both are at work', () => most === 2);
    atOnce -= 1;
  };
  t.after(
    await work({
      inspect: async () => ({
        kind: 'done',
        variables: new Map([
          ['width', '1280'],
          ['hasSound', 'true'],
        ]),
      }),
      heavyEncode: async ({ keys, log, progress }) => {
        log(`encodes to ${keys.text('profile')}`);
        progress(0.5);
        await sideBySide();
      },
      waveform: sideBySide,
      captions: async () => ({ kind: 'skip', why: 'there are none' }),
      burn: async () => assert.fail('its condition does not hold'),
    }),
  );
  const run = await rig.begin(
    [
      planned('inspect'),
      planned('heavyEncode', [0], { configuration: new Map([['profile', '${width}p of ${who}']]) }),
      planned('waveform', [0], { when: [when('${hasSound}')] }),
      planned('captions', [1, 2]),
      planned('burn', [3], { when: [when('${wantsBurnt}')] }),
    ],
    { who: 'Dupont' },
  );
  assert.equal(await rig.over(run), 'succeeded');
  const rows = await rig.rows(run);
  assert.deepEqual(
    rows.map(({ state }) => state),
    ['succeeded', 'succeeded', 'succeeded', 'skipped', 'skipped'],
  );
  assert.ok(rows.every(({ started_at: from, finished_at: to, host }) => from && to && from <= to && host));
  const lines = await rig.lines(run);
  for (const line of ['encodes to 1280p of Dupont', 'there are none', 'its condition does not hold: ${wantsBurnt}'])
    assert.ok(lines.includes(line), `${line}: ${lines.join(' | ')}`);
});

test('a failure has its reason in words, what handles it follows, and a bug is no crash of the worker', async (t) => {
  const told: string[] = [];
  t.after(
    await work({
      fetch: async () => {
        throw new OperationFailed('the NAS is not there');
      },
      bug: async () => void JSON.parse('{'),
      tell: async () => void told.push('told'),
      cleanup: async () => void told.push('cleaned'),
      publish: async () => assert.fail('it was left out'),
    }),
  );
  const run = await rig.begin([
    planned('bug', [], { failOnError: false }),
    planned('unknown', [0], { failOnError: false }),
    planned('fetch', [1], { exceptionHandler: 'partial-error' }),
    planned('publish', [2]),
  ]);
  assert.equal(await rig.over(run), 'failed');
  const [bug, unknown, fetch, publish] = await rig.rows(run);
  assert.match(bug?.reason ?? '', /unexpected: .*JSON/);
  assert.equal(unknown?.reason, 'this server has no operation "unknown"');
  assert.deepEqual([fetch?.reason, publish?.state], ['the NAS is not there', 'skipped']);
  assert.deepEqual(told, ['told', 'cleaned']);
});

test('a run that is stopped ends what it has at work; one that waits goes on with values of a person', async (t) => {
  let isAborted = false;
  t.after(
    await work({
      heavyWait: async ({ signal }) => {
        await once(signal, 'abort');
        isAborted = true;
      },
      editor: async () => ({ kind: 'pause', why: 'somebody has to cut it' }),
      publish: async ({ variables }) => ({
        kind: 'done',
        variables: new Map([['url', `/watch/${variables.get('cut')}`]]),
      }),
    }),
  );
  const stopped = await rig.begin([planned('heavyWait')]);
  await until('it is at work', async () => (await rig.rows(stopped))[0]?.state === 'running');
  await rig.tell(stopped, { kind: 'stop' });
  await until('its worker ends it', () => isAborted);
  assert.equal(await rig.over(stopped), 'stopped');

  const waits = await rig.begin([planned('editor'), planned('publish', [0])]);
  await until('it waits', async () => (await rig.rows(waits))[0]?.state === 'paused');
  await rig.tell(waits, { kind: 'resume', variables: new Map([['cut', '180s']]) });
  assert.equal(await rig.over(waits), 'succeeded');
  const { variables } = await opened.database
    .selectFrom('workflows')
    .select('variables')
    .where('id', '=', waits)
    .executeTakeFirstOrThrow();
  assert.deepEqual(variables, { cut: '180s', url: '/watch/180s' });
});

test('a worker that is ended gives back what it has at work, and nothing of it counts as an attempt', async (t) => {
  let begun = 0;
  const code = {
    heavy: async ({ signal }: { signal: AbortSignal }): Promise<void> => {
      begun += 1;
      if (begun === 1) await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    },
  };
  const end = await work(code);
  const run = await rig.begin([planned('heavy')]);
  await until('it is at work', () => begun === 1);
  await end();
  const [row] = await rig.rows(run);
  assert.deepEqual([row?.state, row?.attempts], ['instantiated', 0]);
  t.after(await work(code));
  assert.equal(await rig.over(run), 'succeeded');
  const [done] = await rig.rows(run);
  assert.deepEqual([done?.attempts, done?.crashes, begun], [1, 0, 2]);
});

test('what was queued before there was a worker is done without a pause', (t) =>
  inTime(t, async (judge) => {
    const runs: number[] = [];
    for (let count = 0; count < 20; count++) runs.push(await rig.begin([planned('light')]));
    const end = await work({ light: async () => undefined });
    for (const run of runs) assert.equal(await rig.over(run), 'succeeded');
    await end();
    const { from, to } = await opened.database
      .selectFrom('workflow_operations')
      .select((of) => [of.fn.min('started_at').as('from'), of.fn.max('finished_at').as('to')])
      .where('workflow', 'in', runs)
      .executeTakeFirstOrThrow();
    // Each of the four at work would otherwise wait a second after a job, since no notice of another one comes.
    judge('20 queued operations', Number(to) - Number(from), 2000);
  }));

test('a run whose transaction fails has no jobs', async () => {
  const done: string[] = [];
  const end = await work({ light: async () => void done.push('light') });
  const failed = opened.database.transaction().execute(async (within) => {
    await sql`select 1`.execute(within);
    const { beginRun } = await import('#central/workflows/run/advance.ts');
    const of = {
      event: 'lecture-1',
      version: 0,
      definition: 'test',
      operations: [planned('light')],
      configuration: new Map(),
    };
    await beginRun(within, rig, of);
    throw new Error('the ingest failed');
  });
  await assert.rejects(failed, /the ingest failed/);
  const run = await rig.begin([planned('light')]);
  assert.equal(await rig.over(run), 'succeeded');
  await end();
  assert.deepEqual(done, ['light']);
});

test('what keeps a processor busy gives way to a publication that is near, and does not wait for one that takes long', async (t) => {
  const order: string[] = [];
  const isNear = { value: true };
  const at = { publication: 0, search: 0 };
  t.after(
    await work({
      inspect: async () => undefined,
      heavySearch: async () => {
        at.search = performance.now();
        order.push('search');
      },
      'publish-engage': async () => {
        if (isNear.value) await sleep(500);
        else await until('the search has begun meanwhile', () => order.includes('search'));
        at.publication = performance.now();
        order.push('publication');
      },
    }),
  );
  const definition = [planned('inspect'), planned('heavySearch', [0]), planned('publish-engage', [0])];
  assert.equal(await rig.over(await rig.begin(definition)), 'succeeded');
  assert.deepEqual(order, ['publication', 'search']);
  assert.ok(at.search - at.publication < 4500, 'it is let go when the publication has ended');
  order.length = 0;
  isNear.value = false;
  assert.equal(await rig.over(await rig.begin(definition)), 'succeeded');
  assert.deepEqual(order, ['search', 'publication']);
});

test('three processes share the work; of one that is killed nothing is lost, and nothing is done twice with effect', async (t) => {
  // The socket's folder is named by a handle of this process.
  const host = opened.connection.host?.replace('/proc/self/', `/proc/${process.pid}/`);
  const start = (): ChildProcess => {
    const child = spawn(process.execPath, [new URL('worker-process.ts', import.meta.url).pathname], {
      env: { ...process.env, AMPHI_MEDIA: folder, AMPHI_CONNECTION: JSON.stringify({ ...opened.connection, host }) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    t.after(() => void child.kill('SIGKILL'));
    return child;
  };
  const workers = [start(), start(), start()];
  await Promise.all(workers.map((worker) => once(worker.stdout!, 'data')));
  const chain = [
    planned('light'),
    planned('heavy', [0]),
    planned('light', [0]),
    planned('heavy', [1, 2]),
    planned('light', [3]),
  ];
  const runs: number[] = [];
  for (let count = 0; count < 12; count++) runs.push(await rig.begin(chain));
  const [first] = workers;
  await until('the first one has something heavy in hand', async () => {
    const { rows } = await sql<{ by: string }>`select text as by from workflow_log
      where text = ${`begun by ${first?.pid}`} and not exists (select 1 from workflow_log l where l.text = ${`heavy by ${first?.pid}`} and l.workflow = workflow_log.workflow)`.execute(
      opened.database,
    );
    return rows.length > 0;
  });
  first?.kill('SIGKILL');
  for (const run of runs) assert.equal(await rig.over(run), 'succeeded');
  for (const run of runs) {
    const rows = await rig.rows(run);
    assert.ok(rows.every(({ state, attempts }) => state === 'succeeded' && attempts === 1));
  }
  const crashes = await opened.database
    .selectFrom('workflow_operations')
    .select((of) => of.fn.sum<number>('crashes').as('sum'))
    .executeTakeFirstOrThrow();
  assert.ok(crashes.sum >= 1, 'another one took over what the killed one had');
});

test('connections of the database that break in the midst lose no run', async (t) => {
  t.after(await work({ light: () => sleep(20) }));
  const runs: number[] = [];
  for (let count = 0; count < 6; count++)
    runs.push(await rig.begin([planned('light'), planned('light', [0]), planned('light', [1])]));
  await until('some are at work', async () => (await rig.rows(runs[0]!)).some(({ state }) => state !== 'instantiated'));
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`
    .execute(opened.database)
    .catch(() => undefined);
  for (const run of runs) assert.equal(await rig.over(run), 'succeeded');
});
