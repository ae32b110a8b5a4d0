import assert from 'node:assert/strict';
import { test } from 'node:test';
import { metadataOf } from '#agent/device/metadata.ts';
import { resources } from '#agent/web/swis/tree.ts';
import { fakeAccounts, shelve, startFakeBox } from '../fake-box.ts';
import { basic, get, put, queryOf, result, set, wanted, type Answer } from './asking.ts';

/** What there must be, to tell a number from a text and an object by its keys. */
const shapeOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]));
};

test('every resource answers in the shape of its example, and is told with its URI', async () => {
  await using box = await startFakeBox();
  await shelve(box, 'T-1', Buffer.from('x'));
  box.device.observe({ fact: 'disk', seen: [DISK] });
  const uris = resources.map(({ path, numbers = [1] }) => path.replace('{n}', String(numbers[0])));
  const answers = await get(box, ...uris);
  assert.deepEqual(
    answers.map(({ meta }) => meta),
    uris.map((uri) => (uri.startsWith('/audio/dsp/multiple') ? answers[uris.indexOf(uri)]?.meta : { uri })),
  );
  for (const [index, { path, example }] of resources.entries()) {
    if (path.startsWith('/audio/dsp/multiple') || path === '/schedule/schedule') continue;
    assert.deepEqual(shapeOf(answers[index]?.result), shapeOf(example), path);
  }
});

const DISK = {
  destination: 'internal',
  folder: '/r',
  freeBytes: 400 * 2 ** 30,
  totalBytes: 480 * 2 ** 30,
  usable: true,
};

test('the bytes are as documented: compact, in the order of what was asked, one by one or all at once', async () => {
  await using box = await startFakeBox();
  const text = async (path: string): Promise<string> => {
    const answer = await fetch(`${box.url}${path}`, { headers: { authorization: basic('user') } });
    assert.equal(answer.status, 200);
    return answer.text();
  };
  assert.equal(
    await text('/api/swis/resources?_dc=1753970000&uri=/unit/model/name&uri=/record/state&uri=/nothing'),
    '[{"meta":{"uri":"/unit/model/name"},"result":"SMP 351"},{"meta":{"uri":"/record/state"},"result":"stopped"},' +
      '{"meta":{"uri":"/nothing","status":"E10","description":"Unrecognized resource"}}]',
  );
  assert.equal(
    await text('/api/swis/resource/unit/model/name'),
    '{"meta":{"uri":"/unit/model/name"},"result":"SMP 351"}',
  );
  assert.equal(
    await text('/api/swis/resource/audio/dsp/multiple_oid/v?oids=60000,60001&_dc=17'),
    '{"meta":{"uri":"/audio/dsp/multiple_oid/v?oids=60000,60001"},"result":{"60000":-1500,"60001":-1500}}',
  );
  assert.equal(await text('/api/swis/resources'), '[]');
});

test('an exporter logs in, then asks with cookie and Basic, and can make numbers of all it gets', async () => {
  await using box = await startFakeBox();
  const entered = await fetch(`${box.url}/api/login?rnd=0.7`, {
    method: 'POST',
    headers: { authorization: basic('user') },
  });
  assert.equal(entered.status, 200);
  const cookie = entered.headers.get('set-cookie') ?? '';
  assert.match(cookie, /^NortxeSession=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  const withCookie = { cookie: cookie.split(';', 1)[0] ?? '' };
  const uris = ['/unit/temp/internal', '/tool/disktemperature', '/unit/fan_speed', '/unit/cpu_usage'];
  const asked = await fetch(`${box.url}/api/swis/resources?${queryOf(uris)}`, {
    headers: withCookie,
  });
  const [internal, disk, fans, cpu] = (await asked.json()) as Answer[];
  assert.deepEqual([internal?.result, disk?.result], ['45.0C', { RAW_VALUE: 38 }]);
  assert.deepEqual([fans?.result, cpu?.result], [{ fan_cpu1: 1200, fan_board1: 0 }, [23]]);
  const [ingest, publish, memory] = await get(
    box,
    '/schedule_ingest/active_service',
    '/publish/active_service',
    '/unit/memory_usage',
  );
  assert.deepEqual([ingest?.result, publish?.result, memory?.result], [{ active: 0 }, { active: 0 }, 25]);
  const [date, offset] = await get(box, '/xtime/date', '/xtime/timezone_offset');
  const [, day, month, year, clock] =
    /^\w{3}, (\d\d) (\w{3}) (\d{4}) (\d\d:\d\d:\d\d)$/.exec(String(date?.result)) ?? [];
  assert.match(String(offset?.result), /^\+0[12]:00$/);
  const atMs = Date.parse(`${day} ${month} ${year} ${clock} GMT${String(offset?.result).replace(':', '')}`);
  assert.ok(Math.abs(atMs - Date.now()) < 5000, `${String(date?.result)} ${String(offset?.result)}`);
  const left = await fetch(`${box.url}/api/v1/session`, { method: 'DELETE', headers: withCookie });
  assert.match(left.headers.get('set-cookie') ?? '', /NortxeSession=;.*Max-Age=0/);
  assert.equal((await fetch(`${box.url}/api/swis/resources`, { headers: withCookie })).status, 401);
});

test('a program that knows but a URL and an account logs in by it', async () => {
  await using box = await startFakeBox();
  const answer = await fetch(`${box.url}/api/login`, { headers: { authorization: basic('user') } });
  assert.match(answer.headers.get('set-cookie') ?? '', /^NortxeSession=/);
  assert.equal(await answer.text(), '{}');
});

test('wrong passwords are 401 with a challenge that programs and browsers answer', async () => {
  await using box = await startFakeBox();
  const wrong = `Basic ${Buffer.from('admin:wrong').toString('base64')}`;
  for (const [path, method] of [
    ['/api/swis/resources?uri=/unit/name', 'GET'],
    ['/api/swis/resource/unit/name', 'GET'],
    ['/api/login', 'POST'],
    ['/mp4stream?d=1', 'GET'],
  ] as const) {
    for (const headers of [{}, { authorization: wrong, 'user-agent': 'Mozilla/5.0' }]) {
      const answer = await fetch(`${box.url}${path}`, { method, headers });
      assert.equal(answer.status, 401, path);
      assert.equal(answer.headers.get('www-authenticate'), 'Basic realm="SMP 351", charset="UTF-8"');
    }
  }
});

test('Pod starts a recording with its description, looks at it, and stops it', async () => {
  await using box = await startFakeBox();
  const metadata = {
    course_id: 4711,
    creator: 'clapeyron',
    title: '0042-thermodynamique',
    description: 'launch from Pod',
  };
  const { answers } = await put(box, [
    { uri: '/record/1/root_dir_fs', value: 'internal' },
    { uri: '/record/control', value: { recording: 'record', location: 'internal', metadata } },
  ]);
  assert.deepEqual(answers, [
    { meta: { uri: '/record/1/root_dir_fs' }, result: 'internal' },
    { meta: { uri: '/record/control' }, result: { recording: 'record', location: 'internal', metadata } },
  ]);
  const { recording } = wanted(box);
  const written = metadataOf(wanted(box));
  assert.equal(recording.state, 'recording');
  assert.deepEqual(
    [written.course, written.presenter, written.title, written.description],
    ['4711', 'clapeyron', '0042-thermodynamique', 'launch from Pod'],
  );
  assert.equal(await result(box, '/record/state'), 'recording');
  await shelve(box, recording.take ?? '', Buffer.from('x'), { base: 'Amphi_20260713-081621' });
  box.device.observe({
    fact: 'recording',
    seen: { state: 'recording', take: recording.take ?? '', elapsedMs: 761_000, bytes: 9, destination: 'internal' },
  });
  assert.deepEqual(await result(box, '/record'), {
    state: 'recording',
    filename: `/Amphi_20260713-081621/${recording.take}_S1R1.mp4`,
    root_dir_fs: 'internal',
    elapsed_time: '00:12:41',
  });
  const again = await set(box, '/record/control', { recording: 'record', metadata: { title: 'Another' } });
  assert.equal(again.meta.status, 'E22', 'whose recording runs is not described anew');
  assert.equal(metadataOf(wanted(box)).title, '0042-thermodynamique');
  assert.equal((await set(box, '/record/control', 'stop')).result, 'stop');
  assert.equal(wanted(box).recording.state, 'stopped');
  assert.equal((await set(box, '/record/control', 'stop')).result, 'stop');
});

test('a recording pauses and goes on; a start is not refused for what a description says', async () => {
  await using box = await startFakeBox();
  assert.equal((await set(box, '/record/control', 'pause')).meta.status, 'E14');
  const metadata = { title: 'é'.repeat(300), relation: 'a\u0000b', unknown: 'x', subject: null, __proto__: 1 };
  assert.ok((await set(box, '/record/control', { recording: 'record', metadata })).result, 'it starts');
  assert.deepEqual([metadataOf(wanted(box)).title.length, metadataOf(wanted(box)).series], [127, 'a b']);
  assert.equal((await set(box, '/record/control', { recording: 'pause' }, 'user')).meta.status, undefined);
  assert.equal(await result(box, '/record/state'), 'paused');
  await set(box, '/record/control', 'record', 'user');
  assert.equal(await result(box, '/record/state'), 'recording');
  const elsewhere = await set(box, '/record/1/root_dir_fs', '../../etc');
  assert.match(elsewhere.meta.description ?? '', /known are auto, internal/);
});

test('pushes go on and off as their client expects it: numbers alone, and only where a stream runs', async () => {
  await using box = await startFakeBox();
  const url = '/streamer/rtmp/3/pub_control';
  assert.equal((await set(box, url, 1)).meta.status, 'E13', 'there is no URL');
  assert.equal(
    (await set(box, '/streamer/rtmp/3', { pub_url: 'rtmp://127.0.0.1/live/secret-key' })).meta.status,
    undefined,
  );
  await set(box, '/encoder/3/stream_enable', 0);
  assert.deepEqual((await set(box, url, 1)).meta.status, 'E13', 'the stream is off');
  assert.deepEqual(await set(box, '/encoder/3/stream_enable', 1), {
    meta: { uri: '/encoder/3/stream_enable' },
    result: 1,
  });
  for (const wrong of [true, '1', 2, null, [1], { pub_control: 1 }]) {
    const { meta } = await set(box, url, wrong);
    assert.deepEqual([meta.status, meta.description?.slice(0, 13)], ['E13', 'Invalid value'], JSON.stringify(wrong));
  }
  assert.deepEqual(await set(box, url, 1, 'user'), { meta: { uri: url }, result: 1 });
  const [push] = wanted(box).pushes;
  assert.deepEqual([push?.stream, push?.enabled, push?.url], ['confidence', true, 'rtmp://127.0.0.1/live/secret-key']);
  const idle = { pub_control: 0, resolved_ip: '0.0.0.0', resolved_port: 0 };
  assert.deepEqual(await result(box, '/streamer/rtmp/3/session_info'), [{ ...idle, pub_control: 1 }, idle]);
  box.device.observe({ fact: 'push', id: push?.id ?? '', seen: { status: 'connected', sinceMs: 1 } });
  assert.deepEqual(await result(box, '/streamer/rtmp/3/session_info/0'), {
    pub_control: 1,
    resolved_ip: '127.0.0.1',
    resolved_port: 1935,
  });
  assert.equal((await set(box, url, 0)).result, 0);
  assert.deepEqual((await get(box, '/streamer/rtmp/2/pub_control', '/streamer/rtmp/7'))[1]?.meta.status, 'E10');
  assert.equal((await set(box, '/streamer/rtmp/2/pub_control', 1)).meta.status, 'E13');
});

test('what was read can be written back; stream keys are for administrators', async () => {
  await using box = await startFakeBox();
  await set(box, '/streamer/rtmp/1', { pub_url: 'rtmp://10.0.0.9/live/secret-key', pub_while_record: 1 });
  const whole = await result(box, '/streamer/rtmp/1');
  assert.deepEqual((whole as { pub_url: string; pub_while_record: number }).pub_while_record, 1);
  assert.equal((await set(box, '/streamer/rtmp/1', whole)).meta.status, undefined);
  assert.equal(wanted(box).pushes[0]?.url, 'rtmp://10.0.0.9/live/secret-key');
  const asUser = await fetch(`${box.url}/api/swis/resource/streamer/rtmp/1`, {
    headers: { authorization: basic('user') },
  });
  assert.doesNotMatch(await asUser.text(), /secret-key/);
});

test('inputs, layout and sound are set by the numbers of the device', async () => {
  await using box = await startFakeBox();
  const { answers } = await put(
    box,
    '[{"uri":"/video/in/channel/2/active_input","value":4}, {"uri":"/audio/dsp/out/mute","value":1}]',
    {
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
        authorization: basic('user').replace('Basic', 'Basic:'),
      },
    },
  );
  assert.deepEqual(
    answers.map(({ result }) => result),
    [4, 1],
  );
  assert.deepEqual([wanted(box).routing.B, wanted(box).audio.outputMuted], [4, true]);
  assert.equal((await set(box, '/video/in/channel/1/active_input', 4)).meta.status, 'E13');
  assert.equal((await set(box, '/video/in/channel/1', { active_input: 2 })).meta.status, undefined);
  assert.deepEqual((await set(box, '/video/out/1/presets/layout/active/active_index', 9)).result, 9);
  assert.equal(wanted(box).layoutNumber, 9);
});

test('who may not is told so with 200 and E24, what is only read with E14', async () => {
  await using box = await startFakeBox();
  for (const [uri, value] of [
    ['/unit/name', 'Mine'],
    ['/encoder/1/stream_enable', 0],
    ['/streamer/rtmp/1/pub_url', 'rtmp://a/b/c'],
  ] as const)
    assert.equal((await set(box, uri, value, 'user')).meta.status, 'E24', uri);
  assert.equal(wanted(box).hall, 'Amphi');
  for (const uri of ['/unit/model/name', '/record/state', '/streamer/rtmp/1/session_info', '/video/in/channel/1/name'])
    assert.equal((await set(box, uri, 'x')).meta.status, 'E14', uri);
  assert.equal((await set(box, '/unit/name', 'not a name!')).meta.status, 'E13');
  assert.deepEqual(await set(box, '/unit/name', 'Amphi-D'), { meta: { uri: '/unit/name' }, result: 'Amphi-D' });
});

test('the timetable is listed by fields; without one it says what became of recordings', async () => {
  await using box = await startFakeBox();
  await shelve(box, 'T-1', Buffer.from('x'), { dbId: 7 });
  await shelve(box, 'T-2', Buffer.from('x'), { dbId: 8, deliveredAtMs: 5 });
  const uri = '/schedule/schedule?format=json&field=db_id,state';
  assert.deepEqual(await get(box, uri), [
    {
      meta: { uri },
      result: [
        { db_id: 7, state: 10 },
        { db_id: 8, state: 5 },
      ],
    },
  ]);
  assert.equal(await result(box, '/schedule/schedule/0/title'), 'T-1');
});

test('of a long timetable those nearest to now are told, in their order', async () => {
  const hourMs = 3_600_000;
  const events = Array.from({ length: 5000 }, (_, index) => ({
    dbId: index,
    id: `e${index}`,
    state: 'upcoming' as const,
    title: '',
    presenter: '',
    series: '',
    startsAtMs: Date.now() + (index - 1000) * hourMs,
    endsAtMs: Date.now() + (index - 999) * hourMs,
  }));
  const schedule = { events: () => events, services: () => ({ ingest: true, publish: false }) };
  await using box = await startFakeBox({ schedule });
  const told = (await result(box, '/schedule/schedule?field=db_id')) as { db_id: number }[];
  const first = told[0]?.db_id ?? 0;
  assert.deepEqual([told.length, told.at(-1)?.db_id], [1000, first + 999]);
  assert.ok(Math.abs(first - 500) <= 1, `from ${first}`);
  assert.deepEqual(
    [await result(box, '/schedule_ingest/active_service'), await result(box, '/publish/active_service/active')],
    [{ active: 1 }, 0],
  );
});

test('one item needs no list; POST does as PUT; a path takes its value', async () => {
  await using box = await startFakeBox();
  assert.equal((await put(box, { uri: '/audio/dsp/out/mute', value: 1 }, { method: 'POST' })).answers[0]?.result, 1);
  for (const body of ['{"value":0}', '0']) {
    const answer = await fetch(`${box.url}/api/swis/resource/audio/dsp/out/mute`, {
      method: 'PUT',
      headers: { authorization: basic('admin') },
      body,
    });
    assert.deepEqual(await answer.json(), { meta: { uri: '/audio/dsp/out/mute' }, result: 0 });
  }
});

test('the preview is an MP4 without end, with the account or its session', async () => {
  const init = { mime: 'video/mp4; codecs="avc1.64001f"', bytes: Buffer.from('ftypmoov') };
  await using box = await startFakeBox({ init });
  for (const path of ['/mp4stream?d=1753970000123', '/api/swis/mp4stream']) {
    const stop = new AbortController();
    const answer = await fetch(`${box.url}${path}`, { headers: { authorization: basic('user') }, signal: stop.signal });
    assert.deepEqual([answer.status, answer.headers.get('content-type')], [200, 'video/mp4']);
    const { value } = (await answer.body?.getReader().read()) ?? {};
    assert.equal(Buffer.from(value ?? []).toString(), 'ftypmoov');
    stop.abort();
  }
});

test('old bookmarks lead to the page; an open box asks nobody', async () => {
  await using box = await startFakeBox({ accounts: fakeAccounts({}) });
  const moved = await fetch(`${box.url}/www/index.html`, { redirect: 'manual' });
  assert.deepEqual([moved.status, moved.headers.get('location')], [302, '/']);
  assert.equal((await fetch(`${box.url}/api/login`, { method: 'POST' })).status, 200);
  assert.equal(
    ((await (await fetch(`${box.url}/api/swis/resource/unit/model/name`)).json()) as Answer).result,
    'SMP 351',
  );
});
