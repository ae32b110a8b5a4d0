import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { PATIENCE_MS, quiet, until } from '#test/support/until.ts';
import { startFakeBox, TOKEN, type FakeBox } from '../fake-box.ts';

const MIME = 'video/mp4; codecs="avc1.4d400c, mp4a.40.2"';
const INIT = Buffer.from('ftyp and moov');
const init = { mime: MIME, bytes: INIT };

const viewers = (box: FakeBox, count: number): Promise<void> =>
  until(`there are ${count} viewers`, () => box.viewers.size === count, { seen: () => `${box.viewers.size}` });

test('a viewer is given the beginning and then every fragment, until it leaves', async () => {
  await using box = await startFakeBox({ init });
  const stop = new AbortController();
  const response = await box.ask('/api/v1/preview.mp4', { signal: stop.signal });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), MIME);
  const reader = response.body?.getReader();
  let got = '';
  const upTo = async (text: string) => {
    while (!got.endsWith(text)) got += Buffer.from((await reader?.read())?.value ?? []).toString();
  };
  await upTo(INIT.toString());
  for (const sink of box.viewers) sink.fragment(Buffer.from('|key'), true);
  for (const sink of box.viewers) sink.fragment(Buffer.from('|next'), false);
  await upTo('|key|next');
  assert.equal(got, 'ftyp and moov|key|next');
  stop.abort();
  await viewers(box, 0);
});

test('when the stream changes its shape, the answer ends', async () => {
  await using box = await startFakeBox({ init });
  const response = await box.ask('/api/v1/preview.mp4?stream=archive');
  for (const sink of box.viewers) sink.end();
  assert.equal(await response.text(), INIT.toString());
  await viewers(box, 0);
});

test('a stream that does not run is told at once', async () => {
  await using box = await startFakeBox();
  const response = await box.ask('/api/v1/preview.mp4');
  assert.equal(response.status, 503);
  assert.match(await response.text(), /does not run/);
  assert.equal((await box.ask('/api/v1/preview.mp4?stream=other')).status, 400);
});

test('without a stream it is what the output shows; in dual mode that is chosen', async () => {
  await using box = await startFakeBox();
  const asked = async (query = ''): Promise<string> =>
    /the (\S+) stream does not run/.exec(await (await box.ask(`/api/v1/preview.mp4${query}`)).text())?.[1] ?? '';
  await box.send('PATCH', '/api/v1/encoders', { output: 'channel-b' });
  assert.equal(await asked(), 'confidence', 'there is one picture of both');
  await box.send('PATCH', '/api/v1/encoders', { mode: 'dual' });
  assert.equal(await asked(), 'archive-b');
  assert.equal(await asked('?stream=confidence'), 'confidence');
  await box.send('PATCH', '/api/v1/encoders', { output: 'channel-a' });
  assert.equal(await asked(), 'archive');
  for (const query of ['', '?of=layout', '?of=B']) await box.ask(`/api/v1/snapshot.jpg${query}`);
  assert.deepEqual(
    box.snapshots.map(({ of }) => of),
    ['A', 'output', 'B'],
  );
});

test('so many viewers at most', async () => {
  await using box = await startFakeBox({ init, limits: { previews: 2 } });
  const stop = new AbortController();
  await Promise.all([1, 2].map(() => box.ask('/api/v1/preview.mp4', { signal: stop.signal })));
  assert.equal((await box.ask('/api/v1/preview.mp4')).status, 503);
  stop.abort();
  await viewers(box, 0);
  assert.equal((await box.ask('/api/v1/preview.mp4', { signal: AbortSignal.timeout(PATIENCE_MS) })).status, 200);
});

test('who is slow loses pictures up to the next key picture; nothing piles up, and the next one is whole', async () => {
  await using box = await startFakeBox({ init });
  const slow = connect(box.port, '127.0.0.1');
  slow.write(`GET /api/v1/preview.mp4 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`);
  await viewers(box, 1);
  slow.pause();
  const [sink] = box.viewers;
  const fragment = (number: number, key: boolean): Buffer =>
    Buffer.concat([
      Buffer.from(`<${key ? 'K' : 'd'}${String(number).padStart(6, '0')}`),
      Buffer.alloc(40_000, '.'),
      Buffer.from('>'),
    ]);
  for (let number = 0; number < 3000; number++) {
    sink?.fragment(fragment(number, number % 30 === 0), number % 30 === 0);
    if (number % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }

  let text = '';
  slow.on('data', (bytes) => (text += bytes.toString('latin1')));
  slow.resume();
  await quiet(() => text.length);
  // Not a key picture: it is left out, as what it builds upon was.
  sink?.fragment(fragment(900_001, false), false);
  sink?.fragment(fragment(900_002, true), true);
  sink?.fragment(fragment(900_003, false), false);
  await until('the next one came', () => text.includes('<d900003'));
  slow.destroy();
  const order = [...text.matchAll(/<([Kd])(\d{6})\.{40000}>/g)].map(([, kind = '', number = '']) => ({
    kind,
    number: Number(number),
  }));
  assert.equal(order.length, [...text.matchAll(/<[Kd]/g)].length, 'each fragment that begins is whole');
  for (const [index, { kind, number }] of order.entries()) {
    const follows = number === (order[index - 1]?.number ?? -1) + 1;
    assert.ok(follows || kind === 'K', `${number} follows ${order[index - 1]?.number}`);
  }
  // What the kernel keeps for a socket, and half a megabyte of ours; 120 MB were sent.
  assert.ok(order.length < 400, `${order.length} fragments were kept for it`);
  assert.ok(!text.includes('900001'));
});
