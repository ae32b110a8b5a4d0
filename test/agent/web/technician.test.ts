import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startFakeBox } from './fake-box.ts';
import { SECRET } from './fake-technician.ts';

const V1 = '/api/v1';

test('the log: the newest first, by level and by words; what is no line is left out', async () => {
  await using box = await startFakeBox();
  const lines = async (query: string): Promise<string[]> => {
    const { json } = await box.send('GET', `${V1}/log${query}`);
    return (json as { lines: { text: string }[] }).lines.map(({ text }) => text);
  };
  assert.deepEqual(await lines(''), ['wrong password', 'encoder chosen']);
  assert.deepEqual(await lines('?level=warn'), ['wrong password']);
  assert.deepEqual(await lines('?text=SOFTWARE'), ['encoder chosen']);
  assert.deepEqual(await lines('?limit=1'), ['wrong password']);
  const file = await box.ask(`${V1}/log.txt`);
  assert.match(file.headers.get('content-disposition') ?? '', /attachment; filename="amphi.log"/);
});

test('a configuration is looked at, and refused with its mistakes where they are', async () => {
  await using box = await startFakeBox();
  const looked = await box.send('POST', `${V1}/configuration/check`, { file: 'x: 1' });
  assert.deepEqual(looked.json, { mistakes: [{ at: '', text: '1:1: x: 1' }], changes: [] });
  assert.equal((await box.send('PATCH', `${V1}/configuration`, { given: { hall: 'a' } })).status, 200);
  await box.send('POST', `${V1}/recording/start`);
  const refused = await box.send('PATCH', `${V1}/configuration`, { given: { hall: 'a' } });
  assert.equal(refused.status, 409);
  assert.equal((await box.send('PATCH', `${V1}/configuration`, { file: 'x: 1' })).status, 400);
  assert.equal((await box.send('PATCH', `${V1}/configuration`, {})).status, 400);
});

test('a source is tried, a certificate that cannot be used is refused, a box that records does not restart', async () => {
  await using box = await startFakeBox();
  const trial = (source: object): Promise<Response> =>
    box.ask(`${V1}/inputs/try`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ source }),
    });
  const seen = await trial({ driver: 'test', pattern: 'bars' });
  assert.deepEqual([seen.status, seen.headers.get('content-type')], [200, 'image/jpeg']);
  const none = await trial({ driver: 'rtsp', url: 'rtsp://127.0.0.1:1/x' });
  assert.equal(none.status, 422);
  assert.match(await none.text(), /connection refused/);
  assert.equal((await trial({ driver: 'rtsp', url: 'file:///etc/passwd' })).status, 400);
  assert.equal((await box.send('PUT', `${V1}/certificate`, { pem: 'x' })).status, 400);
  assert.equal((await box.send('PUT', `${V1}/certificate`, { pem: 'PRIVATE KEY' })).status, 200);
  assert.equal((await box.send('POST', `${V1}/restart`)).status, 200);
  await box.send('POST', `${V1}/recording/start`);
  assert.equal((await box.send('POST', `${V1}/restart`)).status, 409);
});

test('a source that was given out with its secret hidden is tried with it, at its own address alone', async () => {
  await using box = await startFakeBox();
  const source = { driver: 'rtsp', url: 'rtsp://cam/x', transport: 'tcp', user: 'u', password: SECRET } as const;
  const session = { id: 't', via: 'panel', access: 'admin' } as const;
  box.device.request({ name: 'input.set', params: { input: 2, source }, session });
  const trial = async (change: object): Promise<string> => {
    const hidden = { ...source, password: '***', ...change };
    const { json } = await box.send('POST', `${V1}/inputs/try`, { source: hidden });
    return (json as { error: { text: string } }).error.text;
  };
  assert.equal(await trial({}), 'it knows the secret');
  assert.equal(await trial({ url: 'rtsp://elsewhere/x' }), 'connection refused');
  const snapshot = await box.ask(`${V1}/inputs/2/snapshot.jpg`);
  assert.match(await snapshot.text(), /it knows the secret/);
  assert.equal((await box.ask(`${V1}/inputs/1/snapshot.jpg`)).status, 200);
});
