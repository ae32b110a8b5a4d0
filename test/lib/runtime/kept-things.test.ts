import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { lstat, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { networkOf, plainAddress } from '#lib/runtime/addresses.ts';
import { openInTurn } from '#lib/runtime/in-turn.ts';
import { asList, openJsonFile } from '#lib/runtime/json-file.ts';
import { silentLog as log, type Log } from '#lib/runtime/log.ts';

test('work is done in turn; what fails is told to its asker, and the next goes on', async () => {
  const turns = openInTurn();
  const order: string[] = [];
  const first = Promise.withResolvers<void>();
  const one = turns.run(async () => {
    order.push('one begins');
    await first.promise;
    order.push('one ends');
    return 1;
  });
  const two = turns.run(() => {
    order.push('two');
    throw new Error('no');
  });
  const three = turns.run(() => order.push('three'));
  await Promise.resolve();
  assert.deepEqual(order, ['one begins']);
  first.resolve();
  assert.equal(await one, 1);
  await assert.rejects(two, /no/);
  assert.equal(await three, 4);
  await turns.idle();
  assert.deepEqual(order, ['one begins', 'one ends', 'two', 'three']);
});

test('idle waits for all that was asked for, also where it fails', async () => {
  const turns = openInTurn();
  let over = false;
  turns
    .run(async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      over = true;
      throw new Error('no');
    })
    .catch(() => undefined);
  await turns.idle();
  assert.equal(over, true);
});

test('a value is kept in a file, the last one last, with the mode that was asked for', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-json-'));
  const path = join(folder, 'below', 'numbers.json');
  const open = () => openJsonFile<number[]>({ path, check: asList, otherwise: [], what: 'numbers', mode: 0o600, log });
  const file = open();
  assert.deepEqual(await file.read(), []);
  for (let n = 0; n < 20; n++) file.keep([n]);
  await file.close();
  assert.deepEqual(await open().read(), [19]);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  await rm(folder, { recursive: true });
});

const numbersIn = (folder: string, told: string[] = []) => {
  const path = join(folder, 'numbers.json');
  const telling = { error: ({ error }: { error: string }, text: string) => void told.push(`${text}: ${error}`) };
  const more = { mostBytes: 1000, log: telling as Pick<Log, 'error'> };
  return { path, file: openJsonFile<number[]>({ path, check: asList, otherwise: [7], what: 'numbers', ...more }) };
};

test('a damaged file is told and set aside, each beside the last, and what is asked for instead is given', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-json-'));
  const told: string[] = [];
  const { path, file } = numbersIn(folder, told);
  const damages: [text: string, why: RegExp][] = [
    ['[1,', /SyntaxError/],
    ['{"a":1}', /it is no list/],
    ['', /it is empty/],
    [`[${'1,'.repeat(600)}1]`, /it has 1203 bytes, more than 1000/],
  ];
  for (const [n, [damaged, why]] of damages.entries()) {
    await writeFile(path, damaged);
    assert.deepEqual(await file.read(), [7]);
    assert.match(told.at(-1) ?? '', /^numbers: the file is damaged and was set aside/);
    for (const words of [told.at(-1), file.damage()]) assert.match(words ?? '', why);
    assert.equal(await readFile(`${path}.damaged${n === 0 ? '' : `-${n + 1}`}`, 'utf8'), damaged);
    await assert.rejects(stat(path), /ENOENT/);
  }
  await file.write([1]);
  assert.deepEqual([await file.read(), file.damage(), told.length], [[1], undefined, damages.length]);
  await file.remove();
  assert.deepEqual([await file.read(), file.damage()], [[7], undefined]);
  await rm(folder, { recursive: true });
});

test('what is no file is set aside and never waited for; what may not be read stays until something is written', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-json-'));
  const { path, file } = numbersIn(folder);
  await mkdir(path);
  assert.deepEqual([await file.read(), file.damage()], [[7], 'it is no file']);
  execFileSync('mkfifo', [path]);
  assert.deepEqual([await file.read(), file.damage()], [[7], 'it is no file'], 'a pipe nobody writes into');
  await symlink(path, path);
  assert.deepEqual(await file.read(), [7]);
  assert.match(file.damage() ?? '', /ELOOP/);
  assert.ok((await lstat(path)).isSymbolicLink(), 'it stays where it is');
  await file.write([1]);
  assert.ok((await lstat(`${path}.damaged-3`)).isSymbolicLink(), 'and is not written over');
  assert.deepEqual(await file.read(), [1]);
  await rm(folder, { recursive: true });
});

test('what cannot be written rejects', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-json-'));
  await writeFile(join(folder, 'file'), '');
  const path = join(folder, 'file', 'below.json');
  const file = openJsonFile({ path, check: asList, otherwise: [], what: 'x', log });
  await assert.rejects(file.write([]));
  file.keep([]);
  await file.close();
  await rm(folder, { recursive: true });
});

test('addresses without the prefix of dual-stack sockets, and their networks', () => {
  assert.equal(plainAddress('::ffff:10.0.0.1'), '10.0.0.1');
  assert.equal(plainAddress('::FFFF:10.0.0.1'), '10.0.0.1');
  assert.equal(plainAddress('::ffff:1'), '::ffff:1');
  assert.equal(plainAddress(undefined), '');
  assert.equal(networkOf('::ffff:10.0.0.1'), '10.0.0.1');
  assert.equal(networkOf('2001:db8::1%eth0'), '2001:db8:0:0');
  assert.equal(networkOf('2001:0db8:0:0:9::1'), networkOf('2001:db8::2'));
});
