import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { test } from 'node:test';
import { saveBody, textOfBody } from '#agent/schedule/server/answer-body.ts';
import { folderFor } from '../samples.ts';

test('what arrives is on disk, or nothing is if it is too large or breaks off', async (t) => {
  const file = join(await folderFor(t), 'arriving');
  const chunks = (...sizes: number[]): Readable => Readable.from(sizes.map((size) => Buffer.alloc(size, 'x')));
  await saveBody(chunks(400, 600), file, 1000);
  assert.equal((await readFile(file)).length, 1000);
  assert.equal((await stat(file)).mode & 0o777, 0o600, 'a calendar has names of people');
  await assert.rejects(saveBody(chunks(400, 601), file, 1000), /larger than/);
  await assert.rejects(readFile(file), { code: 'ENOENT' });
  const torn = Readable.from(
    (function* () {
      yield Buffer.from('x');
      throw new Error('cut');
    })(),
  );
  await assert.rejects(saveBody(torn, file, 1000), /cut/);
  await assert.rejects(readFile(file), { code: 'ENOENT' });
});

async function* trickle(): AsyncGenerator<Buffer> {
  for (;;) {
    yield Buffer.from('x');
    await wait(20);
  }
}

test('what trickles without an end is given up after its time, and that is told', async (t) => {
  const file = join(await folderFor(t), 'arriving');
  const [saved, read] = [Readable.from(trickle()), Readable.from(trickle())];
  await assert.rejects(saveBody(saved, file, 1000, 300), /it did not arrive within 0\.3 s/);
  await assert.rejects(readFile(file), { code: 'ENOENT' });
  await assert.rejects(textOfBody(read, 1000, 300), /it did not arrive within 0\.3 s/);
  assert.deepEqual([saved.destroyed, read.destroyed], [true, true], 'the connections are cut');
});
