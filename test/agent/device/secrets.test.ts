import assert from 'node:assert/strict';
import { test } from 'node:test';
import { factoryWanted, initialState } from '#agent/device/initial-state.ts';
import type { DeviceState, InputSource, Wanted } from '#agent/device/state.ts';
import { hideInState, hideInWanted } from '#agent/device/secrets.ts';
import { hideInUrl, reveal } from '#firmware-config/document/secrets.ts';

test('secrets of a URL are hidden, the rest is as it was', () => {
  const cases: [url: string, hidden: string][] = [
    ['rtsp://cam/stream', 'rtsp://cam/stream'],
    ['rtsp://user@cam/stream', 'rtsp://user@cam/stream'],
    ['rtsp://user:pass@cam:554/stream', 'rtsp://user:***@cam:554/stream'],
    ['rtsp://user:p@ss:w@cam/stream', 'rtsp://user:***@cam/stream'],
    ['rtsp://:pass@cam/', 'rtsp://:***@cam/'],
    ['srt://host:9000?passphrase=geheim123&latency=200', 'srt://host:9000?passphrase=***&latency=200'],
    ['srt://host:9000?latency=200&streamid=#!::r=a,u=b', 'srt://host:9000?latency=200&streamid=***'],
    ['https://host/live?Token=abc&x=1', 'https://host/live?Token=***&x=1'],
    ['rtmp://a.example/live2/abcd-efgh', 'rtmp://a.example/live2/***'],
    ['rtmps://a.example:443/app/inst/abcd?x=1', 'rtmps://a.example:443/app/inst/***?x=1'],
    ['rtmp://a.example/app', 'rtmp://a.example/app'],
    ['udp://239.1.2.3:5000', 'udp://239.1.2.3:5000'],
  ];
  for (const [url, hidden] of cases) assert.equal(hideInUrl(url), hidden);
});

const camera: Extract<InputSource, { driver: 'rtsp' }> = {
  driver: 'rtsp',
  url: 'rtsp://cam/x',
  transport: 'tcp',
  user: 'u',
  password: 'sesam&öffne',
};

function boxWithSecrets(): DeviceState {
  const wanted = factoryWanted([]);
  const state = initialState({
    ...wanted,
    inputs: { ...wanted.inputs, 1: { ...wanted.inputs[1], source: camera } },
    pushes: [
      { id: 'p', name: 'P', enabled: true, stream: 'archive', url: 'rtmp://h/live/streamkey' },
      { id: 'q', name: 'Q', enabled: true, stream: 'archive', url: 'rtmp://other/live/otherkey' },
    ],
    sis: {
      ...wanted.sis,
      snmp: { ...wanted.sis.snmp, community: 'flurstück' },
      kept: { 'networkPassword/1': { text: 'keptsecret' } },
    },
  });
  const error = 'rtsp://u:sesam&öffne@cam/x: 401 (sesam%26%C3%B6ffne), rtmp://h/live/streamkey, http://x:other@y/';
  return {
    ...state,
    seen: {
      ...state.seen,
      inputs: { ...state.seen.inputs, 1: { status: 'lost', sinceMs: 0, reconnects: 1, error } },
      pushes: { p: { status: 'waiting', sinceMs: 0, error } },
      alarms: [{ name: 'publish_failure', about: 'push/p', level: 'warning', text: error, sinceMs: 0 }],
    },
  };
}

test('nothing that is given out holds a secret, whatever FFmpeg says', () => {
  const text = JSON.stringify(hideInState(boxWithSecrets()));
  for (const secret of ['sesam', 'streamkey', 'x:other', 'otherkey', '%C3%B6ffne', 'flurstück', 'keptsecret'])
    assert.ok(!text.includes(secret), secret);
  assert.ok(text.includes('rtsp://cam/x'));
  assert.ok(text.includes('"password":"***"'));
});

/** Reveals, or gives the places of what is lost. */
function revealed(given: unknown, before: unknown): unknown {
  const lost: string[] = [];
  const whole = reveal(given, before, (at) => void lost.push(at));
  return lost.length > 0 ? lost : whole;
}

test('what comes back as it was given out keeps its secret', () => {
  const { password: _, ...rest } = camera;
  assert.deepEqual(revealed({ ...rest, password: '***' }, camera), camera);
  assert.deepEqual(revealed(rest, camera), rest, 'no password is no password');
  const { wanted } = boxWithSecrets();
  assert.deepEqual(revealed(hideInWanted(wanted), wanted), wanted);
  const renamed = { ...hideInWanted(wanted), pushes: [...hideInWanted(wanted).pushes].reverse() };
  assert.deepEqual((revealed(renamed, wanted) as Wanted).pushes, wanted.pushes.toReversed());
  const title = { title: '***' };
  assert.deepEqual(revealed(title, undefined), title, 'what is no secret may be called so');
});

test('a secret follows to no other place', () => {
  const asked = { ...camera, password: '***' };
  for (const elsewhere of [{ url: 'rtsp://evil/x' }, { user: 'root' }]) {
    assert.deepEqual(revealed({ ...asked, ...elsewhere }, camera), ['password']);
  }
  assert.deepEqual(revealed(asked, { driver: 'off' }), ['password']);
  assert.deepEqual(revealed(asked, undefined), ['password']);
  const push = { id: 'p', url: 'rtmp://h/live/streamkey' };
  assert.deepEqual(revealed({ id: 'p', url: 'rtmp://evil/live/***' }, push), ['url']);
  assert.deepEqual(revealed({ pushes: [{ id: 'q', url: 'rtmp://h/live/***' }] }, { pushes: [push] }), ['pushes.0.url']);
  assert.deepEqual(revealed({ url: 'rtsp://u:***@evil/', driver: 'url' }, { url: 'rtsp://u:x@cam/', driver: 'url' }), [
    'url',
  ]);
});
