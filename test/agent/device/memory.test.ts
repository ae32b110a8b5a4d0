import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { openMemory, recall } from '#agent/device/memory.ts';
import type { Wanted } from '#agent/device/state.ts';
import { startChild } from '#lib/runtime/processes/child.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { factoryState } from '#test/support/device.ts';
import { between, seeded } from '#test/support/seeded.ts';

const { wanted } = factoryState();
const named = (hall: string): Wanted => ({ ...wanted, hall });
const folders: string[] = [];
const newFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-memory-'));
  folders.push(folder);
  return folder;
};
after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function saved(folder: string, ...halls: string[]): Promise<void> {
  for (const hall of halls) {
    await openMemory(folder, { layout: 1 }, silentLog).save(named(hall));
    await recall(folder);
  }
}

test('a new box remembers nothing, and says nothing is wrong', async () => {
  assert.deepEqual(await recall(await newFolder()), {});
  assert.deepEqual(await recall('/nowhere/at/all'), {});
});

test('what was saved last is remembered, for its owner alone to read', async () => {
  const folder = await newFolder();
  const memory = openMemory(folder, { hall: 'X' }, silentLog);
  await Promise.all(['a', 'b', 'c'].map((hall) => memory.save(named(hall))));
  await memory.close();
  const { remembered, trouble } = await recall(folder);
  assert.equal(trouble, undefined);
  assert.deepEqual(remembered, { version: 1, wanted: named('c'), configured: { hall: 'X' }, metadataOf: 'hall' });
  assert.equal((await stat(join(folder, 'device.json'))).mode & 0o777, 0o600);
  assert.equal((await stat(join(folder, 'device.last-good.json'))).mode & 0o777, 0o600);
});

test('closing waits for what is being saved', async () => {
  const folder = await newFolder();
  const memory = openMemory(folder, undefined, silentLog);
  void memory.save(named('last'));
  await memory.close();
  assert.equal((await recall(folder)).remembered?.wanted.hall, 'last');
});

test('a file that cannot be read leads to the last good one, and words', async () => {
  const spoil: readonly ((path: string) => Promise<unknown>)[] = [
    (path) => truncate(path, 100),
    (path) => truncate(path, 0),
    (path) => writeFile(path, Buffer.alloc(5000)),
    (path) => writeFile(path, '{"version":2,"wanted":{"hall":"x"}}'),
    (path) => writeFile(path, 'null'),
    (path) => writeFile(path, '[]'),
    (path) => rm(path),
  ];
  for (const act of spoil) {
    const folder = await newFolder();
    await saved(folder, 'good');
    await act(join(folder, 'device.json'));
    const { remembered, trouble } = await recall(folder);
    assert.equal(remembered?.wanted.hall, 'good', act.toString());
    assert.match(trouble ?? '', /device\.json cannot be read .*last good settings are used/);
    const isAside = (await readdir(folder)).includes('device.json.damaged');
    assert.equal(isAside, !trouble?.includes('missing'), 'what somebody could still mend is kept');
    // It is not made the last good one.
    assert.equal((await recall(folder)).remembered?.wanted.hall, 'good');
  }
});

test('a file that is whole but cannot be used is as one that cannot be read', async () => {
  const folder = await newFolder();
  await saved(folder, 'good', 'bad');
  const { remembered, trouble } = await recall(folder, ({ wanted: { hall } }) =>
    hall === 'bad' ? 'this is no hall' : undefined,
  );
  assert.equal(remembered, undefined);
  assert.match(trouble ?? '', /this is no hall.*factory settings/);
});

test('some time after a change, and at the end, there is a second copy', async () => {
  const folder = await newFolder();
  await saved(folder, 'old');
  const memory = openMemory(folder, undefined, silentLog);
  await memory.save(named('new'));
  await writeFile(join(folder, 'device.json'), 'spoilt');
  assert.equal((await recall(folder)).remembered?.wanted.hall, 'old');
  await memory.close();
  assert.equal((await recall(folder)).remembered?.wanted.hall, 'new');
});

test('both spoilt: the factory’s settings, and words; the box starts', async () => {
  const folder = await newFolder();
  await saved(folder, 'good');
  for (const name of ['device.json', 'device.last-good.json']) await writeFile(join(folder, name), '{"ver');
  const { remembered, trouble } = await recall(folder);
  assert.equal(remembered, undefined);
  assert.match(trouble ?? '', /factory settings/);
});

test('a folder that cannot be written loses nothing but the saving', async () => {
  const folder = await newFolder();
  await writeFile(join(folder, 'file'), '');
  const memory = openMemory(join(folder, 'file'), undefined, silentLog);
  await memory.save(named('lost'));
  await memory.close();
});

const SAVER = `
  const { openMemory } = await import(process.argv[1]);
  const { readFile } = await import('node:fs/promises');
  const wanted = JSON.parse(process.argv[3]);
  const log = { error: (fact) => console.error('error ' + JSON.stringify(fact)) };
  const memory = openMemory(process.argv[2], {}, log);
  console.error('saving');
  for (let n = 0; ; n++) await memory.save({ ...wanted, hall: 'H' + n + 'x'.repeat(n % 900) });`;

test('killed while saving, a hundred times: there is always a whole file', async () => {
  const folder = await newFolder();
  await saved(folder, 'first');
  const random = seeded(12);
  const module = new URL('../../../agent/device/memory.ts', import.meta.url).href;
  const kill = async (mostMs: number): Promise<void> => {
    const saving = Promise.withResolvers<void>();
    const child = startChild({
      command: process.execPath,
      argv: ['--input-type=module', '-e', SAVER, module, folder, JSON.stringify(wanted)],
      onStderrLine: (line) => (line === 'saving' ? saving.resolve() : saving.reject(new Error(line))),
    });
    await saving.promise;
    await sleep(between(random, 1, mostMs));
    child.kill('SIGKILL');
    await child.died;
  };
  const rounds = process.env['AMPHI_LONG'] ? 100 : 12;
  const halls = new Set<string>();
  let round = 0;
  // On a busy machine a save takes longer: later rounds give it more time.
  for (; round < rounds || (halls.size <= 3 && round < 10 * rounds); round++) {
    await kill(25 + 5 * Math.max(0, round - rounds));
    const { version, wanted: found } = JSON.parse(await readFile(join(folder, 'device.json'), 'utf8')) as {
      version: number;
      wanted: Wanted;
    };
    assert.equal(version, 1);
    assert.match(found.hall, /^(first|H\d+x*)$/);
    halls.add(found.hall);
  }
  assert.ok(halls.size > 3, 'it was really saving');
  const { trouble } = await recall(folder);
  assert.equal(trouble, undefined);
  // What killed savers left half written is bounded by their number.
  assert.ok((await readdir(folder)).length <= round + 2);
});
