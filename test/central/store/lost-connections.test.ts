import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { MODULES } from '#central/modules.ts';
import { databaseOf, isAway, openPool } from '#central/store/connect.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { withTimetable } from '#central/timetable/schedule.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { freshDatabase } from '../postgres.ts';
import { openRig, type Rig } from '../rig.ts';
import { until } from '#test/support/until.ts';

let rig: Rig;
before(async () => {
  rig = await openRig(MODULES);
});
after(() => rig.close());

/** Ends every connection of our database but the one that asks, as a crash of PostgreSQL does. */
const killAll = () =>
  sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`.execute(
    rig.services.database,
  );

test('a database that is lost in a transaction fails what it was for, and the server goes on', async () => {
  const unheard: unknown[] = [];
  const note = (error: unknown): void => void unheard.push(error);
  process.on('uncaughtException', note);
  const begun = Promise.withResolvers<void>();
  const killed = Promise.withResolvers<void>();
  const lost = withTimetable(rig.services.database, async (within) => {
    await sql`select 1`.execute(within);
    begun.resolve();
    // Nothing is asked while the connection breaks, which is when nobody listens.
    await killed.promise;
    await sleep(200);
    await sql`select 1`.execute(within);
  });
  const failed = assert.rejects(lost);
  await begun.promise;
  await killAll();
  killed.resolve();
  await failed;
  await until('the server answers again', async () => (await rig.app.inject('/healthz')).statusCode === 200);
  const make = () =>
    rig.app.inject({
      method: 'POST',
      url: '/series',
      headers: { ...rig.as('scheduler'), 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'title=T&identifier=after',
    });
  // PostgreSQL ends its connections when it has a processor: until then one that is about to break may be used.
  await until('the server writes again', async () => (await make()).statusCode === 201);
  process.off('uncaughtException', note);
  assert.deepEqual(unheard, []);
});

test('a query whose connection is reset failed since the database is away; a pipe that breaks is something else', async (t) => {
  const opened = await freshDatabase();
  t.after(() => opened.close());
  const { host = '', port = 5432 } = opened.connection;
  const ways: Socket[] = [];
  const between = createServer((client) => {
    ways.push(client);
    const server = connect(`${host}/.s.PGSQL.${port}`);
    client.on('error', () => server.destroy()).on('close', () => server.destroy());
    server.on('error', () => client.destroy());
    client.pipe(server).pipe(client);
  });
  between.listen(0, '127.0.0.1');
  await once(between, 'listening');
  t.after(() => between.close());
  const through = { ...opened.connection, host: '127.0.0.1', port: (between.address() as AddressInfo).port };
  const pool = openPool(through, silentLog);
  t.after(() => pool.end());
  const asked = sql`select pg_sleep(60)`.execute(databaseOf(pool)).then(
    () => 'answered',
    (error: unknown) => error,
  );
  await until('the query is at work', async () => {
    const { rows } = await sql`select 1 from pg_stat_activity where query like 'select pg_sleep%'`.execute(
      opened.database,
    );
    return rows.length > 0;
  });
  for (const way of ways) way.resetAndDestroy();
  const failed = await asked;
  assert.match(String(failed), /ECONNRESET|EPIPE/);
  assert.equal(isAway(failed), true);
  assert.equal(isAway(Object.assign(new Error('write EPIPE'), { code: 'EPIPE', syscall: 'write' })), false);
});
