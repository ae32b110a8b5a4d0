import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { watchGrowing } from '#central/growing-looks.ts';
import { tellGrowing, type GrowingNotice } from '#central/intake/growing/notices.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { until } from '#test/support/until.ts';
import { freshDatabase, type TestDatabase } from './postgres.ts';

let opened: TestDatabase;
before(async () => {
  opened = await freshDatabase();
});
after(() => opened.close());

test('a recording that grows is looked at now and then; one that has ended at once', async (t) => {
  const looks: { state: string; bytes: number; atMs: number }[] = [];
  const watch = watchGrowing({ connection: opened.connection, log: silentLog }, 'not looked at', async (notice) => {
    looks.push({ state: notice.state, bytes: notice.bytes, atMs: performance.now() });
  });
  t.after(() => watch.close());
  const tell = (bytes: number, state: GrowingNotice['state'] = 'grows') =>
    tellGrowing(opened.database, { upload: 'u', event: 'e', path: 'p', bytes, state });
  await until('it listens', async () => {
    await tell(1);
    return looks.length > 0;
  });
  // These wait for their turn, which is seconds away.
  await tell(2);
  await tell(3);
  await tell(4, 'ended');
  await until('the end was looked at', () => looks.at(-1)?.state === 'ended');
  const [first] = looks;
  assert.deepEqual(
    looks.map(({ state, bytes }) => `${state} ${bytes}`),
    ['grows 1', 'ended 4'],
  );
  assert.ok(looks.at(-1)!.atMs - first!.atMs < 4500, 'the end has waited for the turn of what came before');
});
