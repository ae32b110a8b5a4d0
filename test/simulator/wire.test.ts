import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import test, { type TestContext } from 'node:test';
import { sleep } from '#lib/runtime/clock.ts';
import { until } from '#test/support/until.ts';
import { openCutter, openWire } from '#simulator/wire.ts';

/** An interleaved packet: 12 bytes of RTP header, then `text`. */
function rtp(text: string, channel = 0): Buffer {
  const body = Buffer.concat([Buffer.alloc(12, 0x80), Buffer.from(text)]);
  return Buffer.concat([Buffer.from([0x24, channel, 0, body.length]), body]);
}

const REQUEST = Buffer.from('ANNOUNCE rtsp://x/y RTSP/1.0\r\nCSeq: 1\r\nContent-Length: 4\r\n\r\n$abc');

test('the stream is cut into messages and packets, however it comes', () => {
  const stream = Buffer.concat([
    REQUEST,
    rtp('one'),
    rtp('two', 1),
    Buffer.from('OPTIONS * RTSP/1.0\r\n\r\n'),
    rtp(''),
  ]);
  for (const size of [1, 2, 7, 1000]) {
    const cut = openCutter();
    const units: Buffer[] = [];
    for (let at = 0; at < stream.length; at += size) units.push(...cut(stream.subarray(at, at + size)));
    assert.deepEqual(
      units.map((unit) => unit.length),
      [REQUEST.length, 19, 19, 22, 16],
      `in pieces of ${size}`,
    );
    assert.deepEqual(Buffer.concat(units), stream);
  }
});

test('a message without an end does not grow for ever', () => {
  const cut = openCutter();
  let out = 0;
  for (let n = 0; n < 100; n++) for (const unit of cut(Buffer.alloc(10_000, 0x41))) out += unit.length;
  assert.ok(out > 900_000);
});

async function wireTo(t: TestContext) {
  let said = Buffer.alloc(0);
  const server = createServer((socket) =>
    socket.on('error', () => undefined).on('data', (chunk) => (said = Buffer.concat([said, chunk]))),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const wire = await openWire({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  const socket: Socket = connect(wire.port, '127.0.0.1');
  await once(socket, 'connect');
  t.after(async () => {
    socket.destroy();
    await wire.close();
    server.close();
  });
  return { wire, socket, said: () => said };
}

test('all is lost but requests', async (t) => {
  const { wire, socket, said } = await wireTo(t);
  wire.set({ delayMs: 0, lossPercent: 100, noise: false });
  socket.write(Buffer.concat([rtp('one'), REQUEST, rtp('two', 1)]));
  await until('the request came', () => said().length >= REQUEST.length);
  assert.deepEqual(said(), REQUEST);
});

test('delayed packets come later and in order, also when the delay ends', async (t) => {
  const { wire, socket, said } = await wireTo(t);
  wire.set({ delayMs: 200, lossPercent: 0, noise: false });
  socket.write(rtp('one'));
  await sleep(30);
  wire.set({ delayMs: 0, lossPercent: 0, noise: false });
  socket.write(rtp('two'));
  await until('both came', () => said().length >= rtp('one').length + rtp('two').length);
  assert.deepEqual(said(), Buffer.concat([rtp('one'), rtp('two')]));
});

test('noise keeps headers and lengths, and reports', async (t) => {
  const { wire, socket, said } = await wireTo(t);
  wire.set({ delayMs: 0, lossPercent: 0, noise: true });
  const [media, report] = [rtp('a'.repeat(50)), rtp('b'.repeat(20), 1)];
  socket.write(Buffer.concat([media, report]));
  await until('both came', () => said().length >= media.length + report.length);
  assert.equal(said().length, media.length + report.length);
  assert.deepEqual(said().subarray(0, 19), media.subarray(0, 19));
  assert.notDeepEqual(said().subarray(19, media.length), media.subarray(19));
  assert.deepEqual(said().subarray(media.length), report);
});
