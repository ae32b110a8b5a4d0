import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FRAME, startFakeBox } from './fake-box.ts';

interface Error {
  error: { code: string; text: string; mistakes?: { at: string; text: string }[] };
}
const V1 = '/api/v1';

test('a lecture: start, mark, pause, resume, extend, stop; each answer says what is so', async () => {
  await using box = await startFakeBox();
  const act = async (word: string, body?: unknown) => {
    const { status, json } = await box.send('POST', `${V1}/recording/${word}`, body);
    assert.equal(status, 200, JSON.stringify(json));
    return json as { recording: Record<string, unknown>; at: unknown };
  };
  const marks: unknown[] = [];
  box.device.subscribe(({ events }) => marks.push(...events));
  const metadata = { title: 'Thermodynamique', presenter: 'Ünal', series: 'PHY' };
  const started = await act('start', { metadata, minutes: 30 });
  assert.deepEqual(started.at, FRAME);
  assert.equal(started.recording['state'], 'setup');
  assert.equal(started.recording['take'], 'take-1');
  assert.equal((started.recording['metadata'] as Record<string, string>)['title'], 'Thermodynamique');

  const seen = { state: 'recording', take: 'take-1', elapsedMs: 1200, bytes: 5, file: 'f.mp4' } as const;
  box.device.observe({ fact: 'recording', seen });
  assert.equal(((await act('mark', { title: 'I' })).recording as { state: string }).state, 'recording');
  assert.deepEqual(marks, [{ event: 'mark', title: 'I' }]);
  assert.equal((await act('pause')).recording['state'], 'paused');
  assert.equal((await act('resume')).recording['state'], 'recording');
  const endsAtMs = started.recording['endsAtMs'] as number;
  assert.equal((await act('extend', { minutes: 5 })).recording['endsAtMs'], endsAtMs + 300_000);
  assert.equal((await act('stop')).recording['state'], 'finalizing');
  box.device.observe({ fact: 'recording', seen: { state: 'stopped', elapsedMs: 0, bytes: 0 } });
  assert.equal((await act('stop')).recording['state'], 'stopped');
});

test('a refusal has the status that fits its code', async () => {
  await using box = await startFakeBox();
  const cases: [method: string, path: string, body: unknown, status: number, code: string][] = [
    ['POST', '/recording/pause', {}, 409, 'E14'],
    ['POST', '/recording/start', {}, 200, ''],
    ['POST', '/recording/start', {}, 409, 'E22'],
    ['PATCH', '/encoders/archive', { fps: 25 }, 409, 'E22'],
    ['PATCH', '/streams/archive', { name: 'extron3' }, 422, 'E13'],
    ['PATCH', '/encoders/confidence', { fps: 500 }, 400, 'E13'],
    ['DELETE', '/overlays/nothing', undefined, 404, 'E28'],
    ['PATCH', '/overlays/nothing', {}, 404, 'E28'],
    ['POST', '/pushes/nothing/enable', {}, 404, 'E28'],
    ['POST', '/requests/no.such', {}, 404, 'not_found'],
    ['POST', '/layouts/33/recall', {}, 400, 'E13'],
    ['GET', '/layouts/3/recall', undefined, 405, 'method'],
    ['PATCH', '/channels', { routing: { A: 3 } }, 400, 'E13'],
  ];
  for (const [method, path, body, status, code] of cases) {
    const answer = await box.send(method, `${V1}${path}`, body);
    assert.equal(answer.status, status, `${method} ${path}: ${JSON.stringify(answer.json)}`);
    if (code) assert.equal((answer.json as Error).error.code, code, path);
  }
  assert.equal((await box.ask(`${V1}/layouts/3/recall`)).headers.get('allow'), 'POST');
});

test('all mistakes are named at once, each with its place, and nothing is done', async () => {
  await using box = await startFakeBox();
  const before = box.device.state();
  const body = { name: '', picture: { tint: 900 }, colour: 1, source: { driver: 'rtsp', url: 'ftp://x' } };
  const { status, json } = await box.send('PATCH', `${V1}/inputs/9?verbose=1`, body);
  assert.equal(status, 400);
  const places = (json as Error).error.mistakes?.map(({ at }) => at).toSorted();
  assert.deepEqual(places, ['body', 'body.name', 'body.picture.tint', 'body.source.url', 'path.number', 'query']);
  for (const place of places ?? []) assert.ok((json as Error).error.text.includes(place));
  assert.equal(box.device.state(), before);
});

test('the picture is changed and says so', async () => {
  await using box = await startFakeBox();
  const send = async (method: string, path: string, body?: unknown) => {
    const { status, json } = await box.send(method, `${V1}${path}`, body);
    assert.equal(status, 200, JSON.stringify(json));
    return json as Record<string, never>;
  };
  assert.equal((await send('POST', '/layouts/7/recall'))['number'], 7);
  assert.equal((await send('POST', '/swap'))['swapped'], true);
  assert.equal((await send('POST', '/swap', { swapped: true }))['swapped'], true);
  assert.deepEqual((await send('PATCH', '/channels', { routing: { A: 2, B: 5 }, muted: { B: true } }))['routing'], {
    A: 2,
    B: 5,
  });
  const clock = { kind: 'timecode', name: 'tc', rect: { x: 0, y: 0, width: 0.5, height: 0.1 }, z: 50 };
  await send('PUT', '/overlays/tc', clock);
  await send('PATCH', '/overlays/tc', { z: 60 });
  assert.equal((await send('GET', '/overlays/tc'))['z'], 60);
  await send('POST', '/layouts/13/save', { name: 'Debate' });
  assert.equal((await send('GET', '/layouts/13'))['source'], 'user');
  const layout = await send('GET', '/layout');
  await send('PUT', '/layout', layout['layout']);
  assert.deepEqual(box.device.state().wanted.layout, layout['layout']);
  assert.deepEqual(box.device.state().wanted.muted, { A: false, B: true });
});

test('a password goes in, never comes out, and stays when what came out is sent back', async () => {
  await using box = await startFakeBox();
  const source = { driver: 'rtsp', url: 'rtsp://cam/x', transport: 'tcp', user: 'u', password: 'sesam-öffne' };
  await box.send('PATCH', `${V1}/inputs/3`, { source });
  await box.send('PUT', `${V1}/pushes/tv`, {
    name: 'TV',
    enabled: true,
    stream: 'archive',
    url: 'rtmp://h/live/streamkey',
  });
  const error = 'rtsp://u:sesam-öffne@cam/x: refused';
  box.device.observe({ fact: 'input', number: 3, seen: { status: 'lost', sinceMs: 0, reconnects: 1, error } });
  for (const path of ['/state', '/status', '/inputs', '/inputs/3', '/pushes', '/pushes/tv']) {
    const text = await (await box.ask(`${V1}${path}`)).text();
    assert.doesNotMatch(text, /sesam|streamkey/, path);
  }
  const shown = (await box.send('GET', `${V1}/inputs/3`)).json as { wanted: { source: typeof source } };
  assert.equal(shown.wanted.source.password, '***');
  await box.send('PATCH', `${V1}/inputs/3`, { source: shown.wanted.source, name: 'Camera' });
  await box.send('PATCH', `${V1}/pushes/tv`, { url: 'rtmp://h/live/***', name: 'Television' });
  const { wanted } = box.device.state();
  assert.deepEqual(wanted.inputs[3].source, source);
  assert.equal(wanted.pushes[0]?.url, 'rtmp://h/live/streamkey');

  const elsewhere = { ...shown.wanted.source, url: 'rtsp://evil/x' };
  const stolen = await box.send('PATCH', `${V1}/inputs/3`, { source: elsewhere });
  assert.equal(stolen.status, 400);
  const generic = await box.send('POST', `${V1}/requests/input.set`, { input: 3, source: elsewhere });
  assert.equal(generic.status, 400);
  assert.deepEqual(box.device.state().wanted.inputs[3].source, source);
});

test('any request can be asked for by its name, and says what it changed', async () => {
  await using box = await startFakeBox();
  const { json } = await box.send('POST', `${V1}/requests/layout.recall`, { number: 7 });
  const { changed, at } = json as { changed: { layoutNumber: number }; at: unknown };
  assert.equal(changed.layoutNumber, 7);
  assert.deepEqual(Object.keys(changed).toSorted(), ['layout', 'layoutNumber']);
  assert.deepEqual(at, FRAME);
});

test('pictures are taken if they can be decoded, 20 MB at most', async () => {
  await using box = await startFakeBox();
  const put = (name: string, bytes: Buffer, type = 'image/png') =>
    box.ask(`${V1}/overlay-files/${name}`, {
      method: 'PUT',
      body: bytes as Buffer<ArrayBuffer>,
      headers: { 'content-type': type },
    });
  const png = Buffer.concat([Buffer.from('\u0089PNG', 'latin1'), Buffer.alloc(3 << 20)]);
  assert.equal((await put('logo.png', png)).status, 200);
  assert.equal(box.pictures.get('logo.png')?.length, png.length);
  assert.equal((await put('logo.png', Buffer.from('GIF89a'))).status, 422);
  assert.equal((await put('large.png', Buffer.alloc((20 << 20) + 1))).status, 413);
  assert.equal((await put('logo.png', Buffer.from('{}'), 'application/json')).status, 415);
  assert.equal((await box.ask(`${V1}/overlay-files/logo.png`, { method: 'PUT' })).status, 400);
  assert.equal((await box.ask(`${V1}/overlay-files/logo.png`, { method: 'DELETE' })).status, 200);
  assert.equal(box.pictures.size, 0);
});

test('snapshots: who asks for the same at once shares one', async () => {
  await using box = await startFakeBox();
  const answers = await Promise.all(Array.from({ length: 8 }, () => box.ask(`${V1}/snapshot.jpg?of=A&width=320`)));
  for (const answer of answers) {
    assert.equal(answer.headers.get('content-type'), 'image/jpeg');
    assert.equal((await answer.arrayBuffer()).byteLength, 4);
  }
  assert.ok(box.snapshots.length < 8);
  assert.deepEqual(box.snapshots[0], { of: 'A', widthPx: 320 });
  assert.equal((await box.ask(`${V1}/snapshot.jpg?of=B`)).status, 503);
  assert.equal((await box.ask(`${V1}/snapshot.jpg?width=99999`)).status, 400);
});

test('bodies that are none', async () => {
  await using box = await startFakeBox();
  const post = async (body: string, type: string) => {
    const headers = { 'content-type': type };
    const response = await box.ask(`${V1}/recording/start`, { method: 'POST', body, headers });
    return [response.status, ((await response.json()) as Error).error?.code];
  };
  assert.deepEqual(await post('{"metadata":', 'application/json'), [400, 'bad_json']);
  assert.deepEqual(await post('[1]', 'application/json'), [400, 'E13']);
  assert.deepEqual(await post('{"__proto__":{"access":"admin"}}', 'application/json'), [400, 'bad_json']);
  assert.deepEqual(await post('a=1', 'application/x-www-form-urlencoded'), [415, 'media_type']);
  assert.deepEqual(await post('{}', 'text/plain'), [415, 'media_type']);
  assert.deepEqual(await post(`{"bookingId":"${'x'.repeat(2 << 20)}"}`, 'application/json'), [413, 'too_large']);
  assert.deepEqual(await post('['.repeat(900_000), 'application/json'), [400, 'bad_json']);
  assert.equal(box.device.state().wanted.recording.state, 'stopped');
  assert.deepEqual(await post('', 'application/json; charset=utf-8'), [200, undefined]);
});

test('a source that fails is told as a fault without its words, and the box goes on', async () => {
  await using box = await startFakeBox();
  box.recordings.get = () => {
    throw new Error('secret place /etc/x');
  };
  const answer = await box.send('GET', `${V1}/recordings/x`);
  assert.equal(answer.status, 500);
  assert.doesNotMatch(JSON.stringify(answer.json), /secret/);
  assert.equal((await box.send('GET', `${V1}/status`)).status, 200);
});
