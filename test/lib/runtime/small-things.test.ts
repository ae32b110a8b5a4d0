import assert from 'node:assert/strict';
import test from 'node:test';
import { backoff } from '#lib/runtime/backoff.ts';
import { realClock, sleep } from '#lib/runtime/clock.ts';
import { placeOf, withoutPasswords } from '#lib/runtime/redact.ts';
import { costOf, growsAsItsInput } from '#test/support/growth.ts';
import { openScope } from '#lib/runtime/scope.ts';
import { inTime } from '#test/support/pace.ts';

test('waits grow, the last one repeats, a success begins anew', () => {
  const waits = backoff([0, 100, 300]);
  assert.deepEqual(
    [1, 2, 3, 4, 5].map(() => waits.next()),
    [0, 100, 300, 300, 300],
  );
  waits.reset();
  assert.deepEqual(
    [1, 2].map(() => waits.next()),
    [0, 100],
  );
});

test('a scope undoes in reverse, waits for each, and once only', async () => {
  const done: string[] = [];
  const scope = openScope();
  scope.defer(() => void done.push('first'));
  scope.defer(async () => {
    await sleep(10);
    done.push('second');
  });
  scope.defer(() => done.push('third'));
  await Promise.all([scope.close(), scope.close()]);
  await scope.close();
  assert.deepEqual(done, ['third', 'second', 'first']);
});

test('an undo that fails keeps no other from running, and the first error is told', async () => {
  const done: string[] = [];
  const scope = openScope();
  scope.defer(() => void done.push('first'));
  scope.defer(() => Promise.reject(new Error('later')));
  scope.defer(() => {
    throw new Error('earlier');
  });
  await assert.rejects(scope.close(), /earlier/);
  assert.deepEqual(done, ['first']);
});

test('the real clock calls at its time, once, unless cancelled', (t) =>
  inTime(t, async (judge) => {
    const startMs = realClock.monotonicMs();
    const called: number[] = [];
    realClock.at(startMs + 30, () => called.push(realClock.monotonicMs() - startMs));
    realClock.at(startMs - 1000, () => called.push(0));
    const cancel = realClock.at(startMs + 20, () => called.push(-1));
    cancel();
    await sleep(80);
    assert.equal(called.length, 2);
    assert.equal(called[0], 0);
    // Timers count whole milliseconds of a clock that is read now and then.
    assert.ok(called[1]! >= 28, `${called[1]}`);
    judge('it called after', called[1]!, 75);
  }));

test('the real clock has the time of the machine', () => {
  const before = Date.now();
  const now = realClock.nowMs();
  assert.ok(before <= now && now <= Date.now(), `${now}`);
});

test('user names and passwords leave every URL of a text', () => {
  const secrets = [
    'rtsp://user:secret@host/path: 401 Unauthorized',
    "[rtsp @ 0x55] opening 'rtsp://user:secret@10.0.0.1:554/x'",
    'two: http://a:secret@b/ and rtmps://user:secret@c/d',
    'SRT://user:secret@host:9000?mode=caller',
    'srt+udp://user:se%40cret@host secret@elsewhere.example',
  ];
  for (const text of secrets) {
    const clean = withoutPasswords(text);
    assert.ok(!clean.includes('user'), clean);
    assert.ok(!/secret@(host|10|b|c)|cret@host/.test(clean), clean);
  }
  for (const url of [
    'admin:"quoted secret"@cam/1',
    'admin:1234 secret@h/x',
    'admin:12/secret@h/x',
    "a b:'secret@h/x",
  ]) {
    const clean = withoutPasswords(`rtsp://${url} does not answer`);
    assert.ok(!/secret|1234|admin|a b/.test(clean), clean);
    assert.match(clean, /^rtsp:\/\/…@(?:cam\/1|h\/x) does not answer$/);
  }
  for (const text of ['rtsp://cam:554/1 gave 401', 'http://[::1]:80/x', 'to rtsp://cam: no route'])
    assert.equal(withoutPasswords(text), text);
  for (const text of ['rtsp://host/path', 'mail a@b.example', 'no URL: at 12:30 @ home', 'rtsp://host/a@b'])
    assert.equal(withoutPasswords(text), text);
});

test('secrets in parameters are masked, and looked for in no more time than the text is long', async () => {
  assert.equal(withoutPasswords('GET /a?x=1&api_key=abcd&y=2 failed'), 'GET /a?x=1&api_key=…&y=2 failed');
  const texts = ['?pass', '?passkey', '&key?', '?keyauth=', 'a://', 'a:@'];
  for (const text of texts)
    await growsAsItsInput((parts) => costOf(() => withoutPasswords(text.repeat(parts))), {
      parts: 20_000,
      leastMs: 150,
    });
});

test('where a URL leads, without path, query and credentials', () => {
  assert.equal(placeOf('rtmp://live.example:1935/app/streamkey?auth=1'), 'rtmp://live.example:1935/…');
  assert.equal(placeOf('srt://user:pass@host:9000?passphrase=x'), 'srt://host:9000/…');
  assert.equal(placeOf('nonsense'), '…');
});
