import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { networkOf, plainAddress } from '#lib/runtime/addresses.ts';
import { openInTurn } from '#lib/runtime/in-turn.ts';
import { asList, openJsonFile } from '#lib/runtime/json-file.ts';
import { silentLog as log } from '#lib/runtime/log.ts';

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

test('a damaged file is set aside, and what is asked for instead is given', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-json-'));
  const path = join(folder, 'numbers.json');
  for (const damaged of ['[1,', '{"a":1}', '']) {
    await writeFile(path, damaged);
    const file = openJsonFile<number[]>({ path, check: asList, otherwise: [7], what: 'numbers', log });
    assert.deepEqual(await file.read(), [7]);
    assert.equal(await readFile(`${path}.damaged`, 'utf8'), damaged);
    await assert.rejects(stat(path), /ENOENT/);
  }
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
