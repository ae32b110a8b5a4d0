import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { appendFile, symlink, truncate, unlink, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { NO_METADATA } from '#firmware-config/factory/factory-settings.ts';
import { cannotMount, openFileSystem } from '#test/support/odd-file-system.ts';
import { shelve, startFakeBox } from '../fake-box.ts';

const FILE = '/api/v1/recordings/lecture/files/lecture_S1R1.mp4';
const film = randomBytes(600_000);
const body = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());

test('recordings, newest first, page by page', async () => {
  await using box = await startFakeBox();
  for (const [id, startedAtMs] of [
    ['old', 1],
    ['newest', 3],
    ['middle', 2],
  ] as const) {
    await shelve(box, id, film, { startedAtMs });
  }
  const list = async (query: string) => {
    const { json } = await box.send('GET', `/api/v1/recordings${query}`);
    const { total, recordings } = json as { total: number; recordings: { id: string }[] };
    return [total, ...recordings.map(({ id }) => id)];
  };
  assert.deepEqual(await list(''), [3, 'newest', 'middle', 'old']);
  assert.deepEqual(await list('?limit=1&offset=1'), [3, 'middle']);
  const one = (await box.send('GET', '/api/v1/recordings/old')).json as { files: { href: string; size: number }[] };
  assert.equal(one.files[0]?.size, film.length);
  assert.deepEqual(await body(await box.ask(one.files[0]?.href ?? '')), film);
});

test('a link and a pipe in the place of a recording lead nowhere', async () => {
  await using box = await startFakeBox();
  const path = await shelve(box, 'lecture', film);
  await unlink(path);
  await symlink('/etc/passwd', path);
  const link = await box.ask(FILE);
  assert.deepEqual([link.status, (await body(link)).includes('root:')], [404, false]);
  await unlink(path);
  execFileSync('mkfifo', [path]);
  assert.equal((await box.ask(FILE)).status, 404, 'nobody waits for its writer');
});

test('a file, whole and in parts', async () => {
  await using box = await startFakeBox();
  await shelve(box, 'lecture', film);
  const whole = await box.ask(FILE);
  assert.equal(whole.status, 200);
  assert.equal(whole.headers.get('content-length'), String(film.length));
  assert.equal(whole.headers.get('accept-ranges'), 'bytes');
  assert.equal(whole.headers.get('content-type'), 'video/mp4');
  assert.deepEqual(await body(whole), film);

  const part = await box.ask(FILE, { headers: { range: 'bytes=1000-300999' } });
  assert.equal(part.status, 206);
  assert.equal(part.headers.get('content-range'), `bytes 1000-300999/${film.length}`);
  assert.equal(part.headers.get('content-length'), '300000');
  assert.deepEqual(await body(part), film.subarray(1000, 301_000));
  const end = await box.ask(FILE, { headers: { range: 'bytes=-5' } });
  assert.deepEqual(await body(end), film.subarray(-5));

  const beyond = await box.ask(FILE, { headers: { range: `bytes=${film.length}-` } });
  assert.equal(beyond.status, 416);
  assert.equal(beyond.headers.get('content-range'), `bytes */${film.length}`);
  assert.equal(((await beyond.json()) as { error: { code: string } }).error.code, 'range');
});

test('HEAD says the same and sends nothing', async () => {
  await using box = await startFakeBox();
  await shelve(box, 'lecture', film);
  const head = await box.ask(FILE, { method: 'HEAD' });
  assert.equal(head.status, 200);
  assert.equal(head.headers.get('content-length'), String(film.length));
  assert.equal((await body(head)).length, 0);
  const part = await box.ask(FILE, { method: 'HEAD', headers: { range: 'bytes=0-9' } });
  assert.deepEqual([part.status, part.headers.get('content-length')], [206, '10']);
});

test('a part is joined to the same file only, and who has it is not sent it again', async () => {
  await using box = await startFakeBox();
  const path = await shelve(box, 'lecture', film);
  const etag = (await box.ask(FILE, { method: 'HEAD' })).headers.get('etag') ?? '';
  assert.match(etag, /^"/);
  const resume = (tag: string) => box.ask(FILE, { headers: { range: 'bytes=5-', 'if-range': tag } });
  assert.equal((await resume(etag)).status, 206);
  assert.equal((await resume('"other"')).status, 200);
  assert.equal((await box.ask(FILE, { headers: { 'if-none-match': etag } })).status, 304);
  await writeFile(path, randomBytes(600_000));
  assert.equal((await resume(etag)).status, 200, 'another file of the same length and name');
  assert.equal((await box.ask(FILE, { headers: { 'if-none-match': etag } })).status, 200);
});

test('a file that is still written gives what is there, and promises nothing', async () => {
  await using box = await startFakeBox();
  const path = await shelve(box, 'lecture', film);
  const entry = box.recordings.get('lecture');
  assert.ok(entry);
  box.recordings.set('lecture', {
    ...entry,
    parts: entry.parts.map((part) => ({ ...part, state: 'writing' as const })),
  });
  const first = await box.ask(FILE);
  assert.match(first.headers.get('etag') ?? '', /^W\//);
  assert.equal(first.headers.get('cache-control'), 'no-store');
  assert.equal((await body(first)).length, film.length);
  await appendFile(path, film);
  const more = await box.ask(FILE, { headers: { range: `bytes=${film.length}-` } });
  assert.equal(more.status, 206);
  assert.deepEqual(await body(more), film);
});

test('a file that becomes shorter while it is sent breaks the connection', async () => {
  await using box = await startFakeBox();
  const large = randomBytes(40 << 20);
  const path = await shelve(box, 'lecture', large);
  const response = await box.ask(FILE);
  await truncate(path, 20 << 20);
  await assert.rejects(body(response));
});

test('names lead nowhere else, and what is gone is gone', async () => {
  await using box = await startFakeBox();
  const path = await shelve(box, 'lecture', film);
  for (const name of ['..%2f..%2fetc%2fpasswd', '%00', 'other.mp4', '.', '%2e%2e', 'x'.repeat(2000)]) {
    const { status } = await box.ask(`/api/v1/recordings/lecture/files/${name}`);
    assert.ok([400, 404, 414].includes(status), `${name}: ${status}`);
  }
  assert.equal((await box.ask('/api/v1/recordings/lecture/files/%zz')).status, 400);
  await unlink(path);
  assert.equal((await box.ask(FILE)).status, 404);
});

test('deleting asks the recorder', async () => {
  await using box = await startFakeBox();
  await shelve(box, 'lecture', film);
  await shelve(box, 'running', film, { status: 'recording' });
  const metadata = { title: '<img src=x onerror=alert(1)>', presenter: 'É. Clapeyron' };
  const described = await box.send('PATCH', '/api/v1/recordings/lecture', { metadata });
  assert.equal(described.status, 200);
  assert.deepEqual((described.json as { metadata: object }).metadata, { ...NO_METADATA, ...metadata });
  assert.equal((await box.send('PATCH', '/api/v1/recordings/running', { metadata })).status, 409);
  assert.equal((await box.send('PATCH', '/api/v1/recordings/none', { metadata })).status, 404);
  assert.equal((await box.send('PATCH', '/api/v1/recordings/lecture', { metadata: { titel: '' } })).status, 400);
  assert.equal((await box.send('DELETE', '/api/v1/recordings/running')).status, 409);
  assert.equal((await box.send('DELETE', '/api/v1/recordings/lecture')).status, 200);
  assert.equal((await box.send('DELETE', '/api/v1/recordings/lecture')).status, 404);
  assert.deepEqual([...box.recordings.keys()], ['running']);
});

test('a download goes on where inode numbers change at each look', { skip: await cannotMount('fuse') }, async (t) => {
  const disk = await openFileSystem(t, 'fuse', 'numbers');
  const { TMPDIR = '/tmp' } = process.env;
  process.env['TMPDIR'] = disk.folder;
  await using box = await startFakeBox().finally(() => (process.env['TMPDIR'] = TMPDIR));
  const path = await shelve(box, 'lecture', film);
  assert.ok(path.startsWith(disk.folder));
  const etag = (await box.ask(FILE, { method: 'HEAD' })).headers.get('etag') ?? '';
  const rest = await box.ask(FILE, { headers: { range: 'bytes=5-', 'if-range': etag } });
  assert.equal(rest.status, 206);
  assert.deepEqual(await body(rest), film.subarray(5));
});
