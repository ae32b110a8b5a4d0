import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import test, { type TestContext } from 'node:test';
import { sleep } from '#lib/runtime/clock.ts';
import { until } from '#test/support/until.ts';
import { openDoor } from '#simulator/door.ts';

/** A door to a server that echoes. */
async function doorTo(t: TestContext) {
  const server = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const door = await openDoor('127.0.0.1', 0, { host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  t.after(async () => {
    await door.close();
    server.close();
  });
  return door;
}

async function enter(t: TestContext, port: number): Promise<{ socket: Socket; said: () => string }> {
  const socket = connect(port, '127.0.0.1');
  let said = '';
  socket.on('data', (chunk) => (said += chunk.toString('latin1'))).on('error', () => undefined);
  await once(socket, 'connect');
  t.after(() => socket.destroy());
  return { socket, said: () => said };
}

test('open: bytes pass both ways, and the end too', async (t) => {
  const { socket, said } = await enter(t, (await doorTo(t)).port);
  socket.write('hello');
  await until('it came back', () => said() === 'hello');
  socket.end();
  await once(socket, 'close');
});

test('closed: who is in is thrown out, who comes is refused; then it opens at the same port', async (t) => {
  const door = await doorTo(t);
  const { socket } = await enter(t, door.port);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await door.set('closed');
  await closed;
  await assert.rejects(enter(t, door.port), /ECONNREFUSED/);
  await Promise.all([door.set('open'), door.set('closed'), door.set('open')]);
  const again = await enter(t, door.port);
  again.socket.write('x');
  await until('it came back', () => again.said() === 'x');
});

test('held: nothing passes and nobody is told; then it goes on', async (t) => {
  const door = await doorTo(t);
  const before = await enter(t, door.port);
  await door.set('held');
  const during = await enter(t, door.port);
  before.socket.write('a');
  during.socket.write('b');
  await sleep(100);
  assert.equal(before.said() + during.said(), '');
  assert.equal(before.socket.readyState, 'open');
  await door.set('open');
  await until('both came back', () => before.said() + during.said() === 'ab');
});

test('garbage: what comes back is as long as it should be, and something else', async (t) => {
  const door = await doorTo(t);
  await door.set('garbage');
  const { socket, said } = await enter(t, door.port);
  socket.write('a'.repeat(100));
  await until('a hundred came back', () => said().length >= 100);
  assert.equal(said().length, 100);
  assert.notEqual(said(), 'a'.repeat(100));
});

test('abandoned connections stay silent for ever, new ones work', async (t) => {
  const door = await doorTo(t);
  const before = await enter(t, door.port);
  // It is in once something came back: that it has connected says nothing of the other side.
  before.socket.write('0');
  await until('it is in', () => before.said() === '0');
  door.abandon();
  before.socket.write('a');
  const after = await enter(t, door.port);
  after.socket.write('b');
  await until('it came back', () => after.said() === 'b');
  assert.deepEqual([before.said(), after.said(), before.socket.readyState], ['0', 'b', 'open']);
  await door.set('held');
  await door.set('open');
  await sleep(30);
  assert.equal(before.said(), '0');
});
