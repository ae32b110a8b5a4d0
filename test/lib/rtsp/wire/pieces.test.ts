import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCutter } from '#lib/rtsp/wire/pieces.ts';
import { costOf, growsAsItsInput } from '#test/support/growth.ts';

test('messages and frames cut at every byte are the same', () => {
  const bytes = Buffer.concat([
    Buffer.from('RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 5\r\n\r\nhello'),
    Buffer.from([0x24, 0, 0, 3, 1, 2, 3]),
    Buffer.from('\r\nOPTIONS * RTSP/1.0\nCSeq: 2\n\n'),
  ]);
  const whole = openCutter().cut(bytes);
  assert.equal(whole.length, 3);
  for (let cut = 0; cut <= bytes.length; cut++) {
    const cutter = openCutter();
    assert.deepEqual([...cutter.cut(bytes.subarray(0, cut)), ...cutter.cut(bytes.subarray(cut))], whole, String(cut));
  }
  const cutter = openCutter();
  assert.deepEqual(
    [...bytes].flatMap((byte) => cutter.cut(Buffer.from([byte]))),
    whole,
  );
});

test('a body that comes byte by byte costs as much as it is long', async () => {
  const one = Buffer.from('a');
  await growsAsItsInput(
    (parts) =>
      costOf(() => {
        const cutter = openCutter();
        cutter.cut(Buffer.from(`RTSP/1.0 200 OK\r\nContent-Length: ${parts}\r\n\r\n`));
        let found = 0;
        for (let n = 0; n < parts; n++) found += cutter.cut(one).length;
        assert.equal(found, 1);
      }),
    { parts: 100_000, leastMs: 400 },
  );
});
