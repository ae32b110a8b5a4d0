import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { test } from 'node:test';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { watchIdle } from '#agent/control/session/idle.ts';
import { until } from '#test/support/until.ts';

const IDLE_MS = 100;

/** Keeps this thread from all else, as a busy machine does. */
function block(ms: number): void {
  for (const untilMs = performance.now() + ms; performance.now() < untilMs;);
}

test('who sent something while the box was busy is not idle; who is silent is, once', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [socket] = await accepted;
  t.after(() => {
    client.destroy();
    server.close();
  });
  let [touched, idle] = [0, 0];
  const watch = watchIdle(
    () => IDLE_MS,
    () => void (idle += 1),
  );
  socket.on('data', () => {
    touched += 1;
    watch.touch();
  });
  await new Promise<void>((resolve) => void client.write('x', () => resolve()));
  await until('it is read', () => touched === 1);
  // Timers come next, and only then what came on sockets.
  await turnOfTheLoop();
  client.write('x');
  block(2 * IDLE_MS);
  await until('it is read', () => touched === 2, { everyMs: 1 });
  assert.equal(idle, 0);
  await until('it is idle', () => idle === 1);
  watch.close();
});
