import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLateListeners } from '#agent/control/session/late-listeners.ts';
import { startListeners, type Listeners } from '#agent/control/session/listen.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { freePort, OWN_LOOPBACK } from '#test/support/free-port.ts';

const opener = (opened: number[]) => (port: number) => {
  opened.push(port);
  const service = { name: 'test', log: silentLog, mostSockets: 9, onSocket: () => undefined };
  return startListeners({ addresses: [OWN_LOOPBACK], port }, service);
};

test('a service that is off is opened when it is given a port, once, and moves after that', async (t) => {
  const opened: number[] = [];
  const late: Listeners = await openLateListeners(undefined, opener(opened));
  t.after(() => late.close());
  await late.move(undefined);
  assert.deepEqual([late.port, opened], [undefined, []]);
  const [first, second] = [await freePort(OWN_LOOPBACK), await freePort(OWN_LOOPBACK)];
  await late.move(first);
  await late.move(second);
  assert.deepEqual([late.port, opened], [second, [first]]);
  await late.move(undefined);
  assert.equal(late.port, undefined);
});

test('a port that is not available: it rejects, stays off, and can be given another', async (t) => {
  const taken = await opener([])(0);
  t.after(() => taken.close());
  const opened: number[] = [];
  await assert.rejects(openLateListeners(taken.port, opener(opened)));
  const late = await openLateListeners(undefined, opener(opened));
  t.after(() => late.close());
  await assert.rejects(late.move(taken.port));
  assert.equal(late.port, undefined);
  await late.move(0);
  assert.ok((late.port ?? 0) > 0);
  await late.close();
});
