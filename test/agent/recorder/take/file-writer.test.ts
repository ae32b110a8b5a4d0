import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { failureOf, openFileWriter, type WriteFailure } from '#agent/recorder/take/file-writer.ts';
import { PATIENCE_MS, until } from '#test/support/until.ts';
import { virtualClock } from '#test/support/virtual-clock.ts';
import { realClock, sleep } from '#lib/runtime/clock.ts';

const settings = { clock: realClock, maxQueuedBytes: 100_000, maxStallMs: PATIENCE_MS, syncEveryMs: 50 };

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-writer-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

function listener() {
  const failures: WriteFailure[] = [];
  let durable = 0;
  return {
    failures,
    get durable() {
      return durable;
    },
    events: {
      onDurable: (bytes: number) => void (durable = bytes),
      onFailure: (one: WriteFailure) => void failures.push(one),
    },
  };
}

test('what is written is in the file, in order, and told to be safe', async (t) => {
  const path = join(await folderOf(t), 'file');
  const heard = listener();
  const writer = openFileWriter(() => Promise.resolve(path), settings, heard.events);
  for (let number = 0; number < 50; number++) writer.write(Buffer.from(`${number},`));
  await until('it is told without being asked', () => heard.durable === writer.bytes);
  writer.write(Buffer.from('end'));
  assert.equal(await writer.close(), undefined);
  assert.equal(await readFile(path, 'utf8'), `${Array.from({ length: 50 }, (_, number) => number).join(',')},end`);
  assert.deepEqual(heard.failures, []);
});

test('a file that is there is never written over', async (t) => {
  const path = join(await folderOf(t), 'file');
  await writeFile(path, 'precious');
  const heard = listener();
  const writer = openFileWriter(() => Promise.resolve(path), settings, heard.events);
  writer.write(Buffer.from('x'));
  assert.equal((await writer.close())?.kind, 'io');
  await writer.abandon(0);
  assert.equal(await readFile(path, 'utf8'), 'precious');
});

test('a disk that hangs is told of, whoever waits is let go', async () => {
  const heard = listener();
  const hanging = Promise.withResolvers<string>();
  const writer = openFileWriter(() => hanging.promise, { ...settings, maxStallMs: 200 }, heard.events);
  writer.write(Buffer.alloc(1000));
  const failure = await writer.close();
  assert.equal(failure?.kind, 'slow');
  assert.match(failure?.reason ?? '', /not answered/);
  await writer.abandon(0);
  assert.equal(heard.failures.length, 1);
});

test('a box that stands still is no disk that hangs: what its disk did meanwhile counts', async (t) => {
  const path = join(await folderOf(t), 'file');
  const heard = listener();
  const clock = virtualClock();
  const place = Promise.withResolvers<string>();
  const writer = openFileWriter(() => place.promise, { ...settings, clock, maxStallMs: 20_000 }, heard.events);
  writer.write(Buffer.from('x'));
  clock.advance(10_000);
  clock.freeze(60_000);
  clock.advance(9000);
  await turnOfTheLoop();
  assert.deepEqual(heard.failures, []);
  place.resolve(path);
  assert.equal(await writer.close(), undefined);
  assert.equal(await readFile(path, 'utf8'), 'x');

  const hanging = openFileWriter(
    () => new Promise(() => undefined),
    { ...settings, clock, maxStallMs: 20_000 },
    heard.events,
  );
  clock.freeze(60_000);
  clock.advance(22_000);
  assert.equal((await hanging.close())?.kind, 'slow');
});

test('a queue that overflows is a slow disk, not a full memory', async () => {
  const heard = listener();
  const writer = openFileWriter(() => new Promise(() => undefined), settings, heard.events);
  for (let number = 0; number < 200; number++) writer.write(Buffer.alloc(1000));
  await sleep(0);
  assert.deepEqual(
    heard.failures.map(({ kind }) => kind),
    ['slow'],
  );
  assert.ok(writer.bytes <= 102_000);
});

test('a file without a name is noticed, and can still be read to save it', async (t) => {
  const folder = await folderOf(t);
  const heard = listener();
  const writer = openFileWriter(() => Promise.resolve(join(folder, 'file')), settings, heard.events);
  writer.write(Buffer.from('0123456789'));
  await until(
    'it is written',
    async () => (await readFile(join(folder, 'file'), 'utf8').catch(() => '')) === '0123456789',
  );
  await rm(join(folder, 'file'));
  await until('it is noticed', () => heard.failures.length > 0);
  assert.deepEqual(
    heard.failures.map(({ kind }) => kind),
    ['gone'],
  );
  let saved = '';
  await writer.abandon(4, async (file) => void (saved = await file.readFile('utf8')));
  assert.equal(saved, '0123', 'cut, and whole up to there');
  await assert.rejects(readFile(join(folder, 'file')));
});

test('errors of the system are sorted by what they mean', () => {
  const kind = (code: string) => failureOf(Object.assign(new Error('text'), { code })).kind;
  assert.deepEqual(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'ENOENT', 'ESTALE', 'REPLACED', 'NOWHERE'].map(kind), [
    'full',
    'full',
    'io',
    'io',
    'gone',
    'io',
    'replaced',
    'nowhere',
  ]);
  assert.equal(failureOf('what').reason, 'what');
});
