// May take 60 minutes: a worker is killed in each operation of a run, and another one has to start each time.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { isOver } from '#central/workflows/run/run.ts';
import { until } from '#test/support/until.ts';
import { beginLecture, bringLecture, runOver, toldOf } from '../lecture-rig.ts';
import { openFaultRig, type FaultRig } from './fault-rig.ts';

let rig: FaultRig;
before(async () => {
  rig = await openFaultRig();
  // No result of a first attempt is ever written: as if the database were away at this moment, which is noted.
  await sql`create sequence refusals`.execute(rig.database);
  await sql`create function refuse_first() returns trigger language plpgsql as $$ begin
    if old.state = 'running' and new.state <> 'running' and old.life = 1 then
      perform nextval('refusals');
      raise exception 'not the first one' using errcode = '57P01';
    end if;
    return new;
  end $$`.execute(rig.database);
  await sql`create trigger refuse_first before update on workflow_operations
    for each row execute function refuse_first()`.execute(rig.database);
});
after(() => rig.close());

/** How many results were refused until now. */
async function refusals(): Promise<number> {
  const { rows } = await sql<{ count: number }>`select case when is_called then last_value else 0 end as count
    from refusals`.execute(rig.database);
  return rows[0]?.count ?? 0;
}

test('a worker that is killed in each operation, when all is done but told, costs nothing but time', async () => {
  await bringLecture(rig, 'killed', rig.folder);
  const run = await beginLecture(rig, 'killed');
  let kills = 0;
  const isDone = async (): Promise<boolean> => {
    const of = rig.database.selectFrom('workflows').select('state').where('id', '=', run);
    const { state } = await of.executeTakeFirstOrThrow();
    return isOver({ state: state as 'running' });
  };
  for (; !(await isDone()); kills++) {
    const worker = await rig.worker();
    const before = await refusals();
    // What another kill has cost already is not killed once more: after three the operation would have failed.
    const isMoment = async (): Promise<boolean> => {
      const again = (await rig.rows(run)).some((row) => row.state === 'running' && row.life > 1);
      return (await isDone()) || ((await refusals()) > before && !again);
    };
    await until('an operation is done but for its result', isMoment, { limitMs: 600_000 });
    await worker.kill9();
    await rig.freeJobs();
  }
  const told = await toldOf(rig.database, run);
  assert.equal(await runOver(rig.database, run), 'succeeded', told);
  const rows = await rig.rows(run);
  for (const { operation, life, crashes, state, position } of rows) {
    assert.ok(life >= 2 && crashes >= 1, `${position} ${operation}: ${crashes} of its workers were killed\n${told}`);
    assert.notEqual(state, 'failed', `${operation}\n${told}`);
  }
  console.log(`${kills} workers were killed in ${rows.length} operations`);
  const flavors = await rig.published('killed');
  const times = (flavor: string): number => flavors.filter((one) => one === flavor).length;
  for (const flavor of [
    'presentation/player+preview',
    'captions/delivery',
    'presentation/slides+pdf',
    'mpeg-7/segments',
  ])
    assert.equal(times(flavor), 1, `${flavor}: ${flavors.join(' ')}\n${told}`);
  assert.ok(times('presentation/delivery') >= 1, flavors.join(' '));
});
