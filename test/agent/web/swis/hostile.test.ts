import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { isTooDeep } from '#agent/web/swis/depth.ts';
import { locate, partOf } from '#agent/web/swis/tree.ts';
import { until } from '#test/support/until.ts';
import { startFakeBox, TOKEN, type FakeBox } from '../fake-box.ts';
import { sendGarbled, setAnything } from './fuzz.ts';

const PATH = '/api/swis/resources';

/** Sends bytes as a PUT on a socket of its own; gives the status, or 0 where the box hung up without one. */
function raw(
  box: FakeBox,
  body: string,
  headers: readonly string[] = [],
  method = 'PUT',
): Promise<{ status: number; text: string }> {
  const length = headers.some((header) => /^(content-length|transfer)/i.test(header))
    ? []
    : [`Content-Length: ${Buffer.byteLength(body)}`];
  const head = [
    `${method} ${PATH} HTTP/1.1`,
    'Host: localhost',
    'Connection: close',
    `Authorization: Bearer ${TOKEN}`,
    'Content-Type: application/json',
    ...length,
    ...headers,
    '\r\n',
  ].join('\r\n');
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(box.port, '127.0.0.1');
    socket.setEncoding('utf8').on('data', (chunk) => void (text += String(chunk)));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0), text }));
    socket.end(head + body);
  });
}

const answersTruly = async (box: FakeBox): Promise<boolean> =>
  (await (await box.ask(`${PATH}?uri=/unit/model/name`)).text()) ===
  '[{"meta":{"uri":"/unit/model/name"},"result":"SMP 351"}]';

test('bodies that are no request are refused whole, and nothing of them is done', async () => {
  await using box = await startFakeBox();
  const before = JSON.stringify(box.device.state().wanted);
  const deep = (open: string, close: string, many: number): string => open.repeat(many) + close.repeat(many);
  const bodies: [body: string, statuses: number[]][] = [
    ['', [400]],
    ['nonsense', [400]],
    ['[{"uri":"/record/control","value":"record"}', [400]],
    ['null', [400]],
    ['17', [400]],
    ['[{"uri":"/record/control","value":"record"}, 17]', [400]],
    ['[{"uri":5,"value":"record"}]', [400]],
    ['[{"__proto__":{"uri":"/record/control","value":"record"}}]', [400]],
    ['[{"uri":"/record/control","value":{"constructor":{"prototype":{"x":1}}}}]', [400]],
    [deep('[', ']', 200_000), [400]],
    [`[{"uri":"/record/control","value":${deep('{"recording":', '1}', 5000).replace('1}', '1}')}}]`, [400]],
    [JSON.stringify(Array.from({ length: 501 }, () => ({ uri: '/record/control', value: 'record' }))), [400]],
    [`[{"uri":"/unit/location","value":"${'x'.repeat(10 << 20)}"}]`, [413, 0]],
  ];
  for (const [body, statuses] of bodies) {
    const { status } = await raw(box, body);
    assert.ok(statuses.includes(status), `${body.slice(0, 60)}: ${status}`);
  }
  assert.equal(JSON.stringify(box.device.state().wanted), before);
  assert.ok(await answersTruly(box));
});

test('a length that is no length, or another one, is refused', async () => {
  await using box = await startFakeBox({ limits: { requestMs: 500, headersMs: 400 } });
  const body = '[{"uri":"/record/control","value":"record"}]';
  for (const headers of [
    ['Content-Length: -1'],
    ['Content-Length: 99999999999999999999'],
    ['Content-Length: 10', 'Content-Length: 44'],
    ['Content-Length: 44', 'Transfer-Encoding: chunked'],
    ['Content-Length: 500'],
    ['Content-Length: 5'],
  ]) {
    const { status } = await raw(box, body, headers);
    assert.ok([0, 400, 408, 413].includes(status), `${headers.join()}: ${status}`);
    assert.equal(box.device.state().wanted.recording.state, 'stopped', headers.join());
  }
  // Its patience is short here, and a request may come late.
  await until('it answers truly', () => answersTruly(box));
});

test('paths lead to rows and their own parts, and nowhere else', async () => {
  await using box = await startFakeBox();
  const uris = [
    '',
    '/',
    '//',
    'unit/name',
    '/unit',
    '/unit/',
    '/unit/name/',
    '//unit/name',
    '/unit/../unit/name',
    '/unit/name/length',
    '/record/__proto__',
    '/record/constructor',
    '/record/toString',
    '/unit/cpu_usage/length',
    '/unit/cpu_usage/-1',
    '/streamer/rtmp/0',
    '/streamer/rtmp/07x',
    '/streamer/rtmp/1e0',
    '/encoder/99999999',
    '/nmap/test?id=1',
    '/etc/passwd',
    '/record/../../../etc/passwd',
    '/unit/name\u0000',
    `/${'x'.repeat(10_000)}`,
    '/record/{n}',
  ];
  for (const uri of uris) {
    const answer = await box.ask(`${PATH}?uri=${encodeURIComponent(uri)}`);
    const [one] = (await answer.json()) as { meta: { status: string; uri: string } }[];
    assert.deepEqual([answer.status, one?.meta.status, one?.meta.uri], [200, 'E10', uri], uri);
    const { status, text } = await raw(
      box,
      JSON.stringify([{ uri, value: { host: '127.0.0.1 `reboot`', port: '80' } }]),
    );
    assert.deepEqual([status, /"status":"E10"/.test(text)], [200, true], uri);
  }
  const broken = await box.ask('/api/swis/resource/unit/%E0%A4%A');
  assert.ok([200, 400].includes(broken.status));
  const first = await box.ask(`${PATH}?uri=${encodeURIComponent('/unit/cpu_usage/0')}`);
  assert.match(await first.text(), /"result":23/);
});

test('an answer cannot be made to grow without end', async () => {
  const events = Array.from({ length: 5000 }, (_, index) => ({ ...EVENT, dbId: index, title: 'x'.repeat(100) }));
  const schedule = { events: () => events, services: () => ({ ingest: true, publish: true }) };
  await using busy = await startFakeBox({ schedule });
  const answer = await busy.ask(`${PATH}?${'uri=/schedule/schedule&'.repeat(400)}`);
  const text = await answer.text();
  assert.ok(text.length < 4 << 20, `${text.length} bytes`);
  assert.match(text, /"status":"E22"/);
  assert.equal((JSON.parse(text) as unknown[]).length, 400);
});

const EVENT = {
  id: 'e',
  state: 'upcoming' as const,
  presenter: '',
  series: '',
  startsAtMs: 1_468_390_581_000,
  endsAtMs: 1_468_394_181_000,
};

test('whatever is set anywhere, the box answers each item in order, and stays a box', async () => {
  await using box = await startFakeBox();
  await setAnything(box, { items: 1200, seed: 351 });
  assert.ok(await answersTruly(box));
});

test('requests that are cut and garbled on their way harm nobody', async () => {
  await using box = await startFakeBox({ limits: { requestMs: 1000, headersMs: 500 } });
  await sendGarbled(box, { requests: 150, seed: 352 });
  // Its patience is short here, and a request may come late.
  await until('it answers truly', () => answersTruly(box));
});

test('depth is measured without walking deep', () => {
  const nested = (many: number): unknown => JSON.parse('['.repeat(many) + ']'.repeat(many));
  assert.deepEqual([isTooDeep(nested(30)), isTooDeep(nested(40)), isTooDeep(nested(100_000))], [false, true, true]);
});

test('parts of values are their own, and lists have numbers', () => {
  const value = { list: [{ a: 1 }], text: 'x' };
  assert.deepEqual(
    ['list/0/a', 'list/1', 'list/length', 'text/0', 'valueOf'].map((path) => partOf(value, path.split('/'))),
    [1, undefined, undefined, undefined, undefined],
  );
  assert.equal(locate('/record/state')?.row.path, '/record/state');
  assert.deepEqual(locate('/record/elapsed_time')?.part, ['elapsed_time']);
});
