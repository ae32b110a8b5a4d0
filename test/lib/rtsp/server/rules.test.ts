import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasRoomFor } from '#lib/rtsp/server/server-context.ts';
import { openNonce } from '#lib/rtsp/server/access.ts';
import { parseTarget } from '#lib/rtsp/wire/target.ts';
import { openThrottle } from '#lib/runtime/access/throttle.ts';
import { openTimeline } from '#lib/rtsp/wire/timeline.ts';
import { parseTransports } from '#lib/rtsp/wire/transport.ts';

test('a URI means a path and maybe a track, wherever the player puts it', () => {
  assert.deepEqual(parseTarget('rtsp://h:554/extron1'), { path: 'extron1', base: 'rtsp://h:554/extron1' });
  assert.deepEqual(parseTarget('rtsp://h/extron1/'), { path: 'extron1', base: 'rtsp://h/extron1' });
  assert.deepEqual(parseTarget('rtsp://h/a/b/trackID=1'), { path: 'a/b', base: 'rtsp://h/a/b', track: 1 });
  assert.deepEqual(parseTarget('rtsp://h/a/?x=1/trackID=0'), { path: 'a', base: 'rtsp://h/a', track: 0 });
  assert.deepEqual(parseTarget('rtsp://[::1]:8554/a%20b'), { path: 'a b', base: 'rtsp://[::1]:8554/a%20b' });
  assert.deepEqual(parseTarget('/a'), { path: 'a', base: '/a' });
  assert.deepEqual(parseTarget('*'), { path: '', base: '' });
  assert.deepEqual(parseTarget('rtsp://h'), { path: '', base: 'rtsp://h' });
  for (const uri of ['http://h/a', 'rtsp://h/%zz', 'rtsp://h/%00', 'a', 'rtsp://h/a#b']) {
    assert.equal(parseTarget(uri), undefined, uri);
  }
});

test('transports are read in the order of the client, without those no one could serve', () => {
  assert.deepEqual(
    parseTransports('RTP/AVP/UDP;unicast;client_port=5000-5001, RTP/AVP/TCP;unicast;interleaved=2-3,RTP/AVP;multicast'),
    [{ kind: 'udp', clientPorts: [5000, 5001] }, { kind: 'tcp', interleaved: [2, 3] }, { kind: 'multicast' }],
  );
  assert.deepEqual(parseTransports('rtp/avp;client_port=6000;destination=1.2.3.4'), [
    { kind: 'udp', clientPorts: [6000, 6001] },
  ]);
  assert.deepEqual(parseTransports('RTP/AVP'), [{ kind: 'multicast' }]);
  assert.deepEqual(parseTransports('RTP/AVP/TCP;interleaved=900-901'), [{ kind: 'tcp' }]);
  for (const bad of [
    '',
    'RTP/SAVP;unicast;client_port=1-2',
    'RTP/AVP;unicast',
    'RTP/AVP;unicast;client_port=0-1',
    ',,,',
  ]) {
    assert.deepEqual(parseTransports(bad), [], bad);
  }
  assert.equal(parseTransports('RTP/AVP/TCP,'.repeat(1000)).length, 8);
});

test('who tries passwords waits; others do not, and after a minute all is forgiven', () => {
  const throttle = openThrottle();
  for (let failure = 0; failure < 5; failure += 1) {
    assert.equal(throttle.admitInMs('a', 0), 0);
    throttle.failed('a', 0);
  }
  assert.deepEqual(
    [1, 2, 3].map(() => throttle.admitInMs('a', 100)),
    [0, 1000, 2000],
  );
  for (let n = 0; n < 20; n += 1) throttle.admitInMs('a', 100);
  assert.equal(throttle.admitInMs('a', 100), undefined);
  assert.equal(throttle.admitInMs('b', 100), 0);
  assert.equal(throttle.admitInMs('a', 61_000), 0);
  for (let n = 0; n < 5000; n += 1) throttle.failed(`address ${n}`, 70_000);
});

test('a nonce is good on its own connection, and not for ever', () => {
  let nowMs = 0;
  const [mine, other] = [openNonce(() => nowMs), openNonce(() => nowMs)];
  const value = mine.current();
  assert.equal(mine.isGood(value), true);
  assert.equal(other.isGood(value), false);
  assert.equal(mine.isGood(''), false);
  nowMs = 299_000;
  assert.equal(mine.isGood(value), true);
  nowMs += 301_000;
  assert.equal(mine.isGood(value), false);
  assert.notEqual(mine.current(), value);
});

test('a feeder that begins again goes on where the line is; a true gap stays', () => {
  const line = openTimeline();
  const start = line.place(5_000_000, 1000);
  assert.equal(line.place(5_006_000, 1067) - start, 6000);
  assert.equal(line.place(5_003_000, 1070) - start, 3000);
  // Begun again from 0, one picture later.
  assert.equal(line.place(0, 1133) - start, 6000 + Math.round(63 * 90));
  assert.equal(line.place(6000, 1200) - line.place(0, 1200), 6000);
  // Thirty seconds of silence, on a clock that went on.
  const before = line.place(12_000, 1267);
  assert.equal(line.place(12_000 + 30 * 90_000, 31_267) - before, 30 * 90_000);
  // Another clock altogether.
  const last = line.place(12_000 + 31 * 90_000, 32_267);
  assert.equal(line.place(9e12, 32_300) - last, Math.round(33 * 90));
});

test('one network has a quarter of all sessions, also with the many addresses of an IPv6 host', () => {
  const session = {} as never;
  const guests = (...addresses: string[]) => addresses.map((remoteAddress) => ({ session, remoteAddress }));
  const room = (address: string, ...taken: string[]): boolean =>
    hasRoomFor({ maxSessions: 8, connections: guests(...taken) }, address);
  assert.equal(room('2001:db8::3', '2001:db8::1'), true);
  assert.equal(room('2001:db8::3', '2001:db8::1', '2001:db8:0:0:9::2'), false, 'the same /64');
  assert.equal(room('2001:db8:0:1::3', '2001:db8::1', '2001:db8::2'), true, 'another one');
  assert.equal(room('::ffff:10.0.0.1', '10.0.0.1', '::ffff:10.0.0.1'), false, 'IPv4, however it is written');
  assert.equal(room('10.0.0.2', '10.0.0.1', '10.0.0.1'), true);
});
