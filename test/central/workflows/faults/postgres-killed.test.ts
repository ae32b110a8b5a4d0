// In a process of its own: it starts a PostgreSQL and a worker.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { beginLecture, bringLecture, runOver, toldOf } from '../lecture-rig.ts';
import { openFaultRig, type FaultRig } from './fault-rig.ts';

let rig: FaultRig;
before(async () => {
  rig = await openFaultRig();
});
after(() => rig.close());

for (const operation of ['inspect', 'encode', 'publish-engage'])
  test(`a run whose PostgreSQL is killed during ${operation} comes to its end, and what it publishes is whole`, async () => {
    const worker = await rig.worker();
    const event = `killed-in-${operation}`;
    await bringLecture(rig, event, rig.folder);
    const run = await beginLecture(rig, event, 'fast');
    await rig.atWork(run, operation);
    await rig.killPostgres();
    const state = await runOver(rig.database, run);
    const told = await toldOf(rig.database, run);
    assert.equal(state, 'succeeded', told);
    const failed = (await rig.rows(run)).filter((row) => row.state === 'failed');
    assert.deepEqual(failed, [], told);
    const flavors = await rig.published(event);
    for (const flavor of ['presentation/delivery', 'presentation/player+preview'])
      assert.equal(flavors.filter((one) => one === flavor).length, 1, `${flavors.join(' ')}\n${told}`);
    await worker.stop();
  });
