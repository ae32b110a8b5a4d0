import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { sleep } from '#lib/runtime/clock.ts';
import { noCompiler, oddRecorder, type OddRecording } from '#test/support/odd-file-system.ts';
import { count } from '#test/support/recorder-rig.ts';

const { EACCES, EINVAL, EIO, ESTALE } = constants.errno;
const skip = noCompiler();

const isWhole = ({ numbers }: OddRecording): void => {
  assert.ok(numbers.length > 10, `${numbers.length} pictures`);
  assert.deepEqual(numbers, count(numbers[0] ?? 0, numbers.length), 'no picture is missing or there twice');
};

/** Neither a second part nor an alarm. */
function isOnePart(result: OddRecording): void {
  assert.deepEqual(
    result.info.parts.map(({ number, state }) => [number, state]),
    [[1, 'final']],
  );
  assert.deepEqual(result.alarms, []);
  assert.equal(result.info.status, 'finished');
  isWhole(result);
}

// They wait most of the time, each with a program of its own.
describe('an odd file system', { concurrency: 5 }, () => {
  for (const [name, code] of Object.entries({ EINVAL, EIO }))
    test(`a folder that answers ${name} to fsync: recorded, final, one warning a folder`, { skip }, async (t) => {
      const odd = await oddRecorder(t, `folder-sync=${code}`);
      const result = await odd.record(1);
      isOnePart(result);
      const own = result.warnings.filter((text) =>
        text.startsWith(dirname(join(result.info.parts[0]?.folder ?? '', 'x'))),
      );
      assert.equal(own.length, 1, result.warnings.join('\n'));
      assert.match(own[0] ?? '', new RegExp(name));
    });

  for (const [what, words] of [
    ['a look that fails for some seconds with ESTALE', `look=${ESTALE}`],
    ['a look that fails with EACCES', `look=${EACCES}`],
    ['a look at the open file that fails with EIO', `handle-look=${EIO}`],
    ['other inode numbers at each look', 'numbers'],
  ] as const)
    test(`${what}: one part, no alarm`, { skip }, async (t) => {
      const odd = await oddRecorder(t);
      const result = await odd.record('told', async () => {
        await odd.does(words);
        await sleep(5500);
        await odd.does('');
        await sleep(500);
      });
      isOnePart(result);
    });

  test('inode numbers that are other ones all the time, with ESTALE for a moment', { skip }, async (t) => {
    const odd = await oddRecorder(t, `numbers folder-sync=${EINVAL}`);
    const result = await odd.record('told', async () => {
      await odd.does(`numbers look=${ESTALE}`);
      await sleep(700);
      await odd.does('numbers');
      await sleep(1500);
    });
    isOnePart(result);
  });

  for (const [how, replace] of [
    ['renamed over it', (file: string, other: string) => rename(other, file)],
    [
      'put there after it was moved away',
      async (file: string, other: string) => {
        await rename(file, `${file}.away`);
        await rename(other, file);
      },
    ],
    [
      'put there after it was removed',
      async (file: string, other: string) => {
        await rm(file);
        await link(other, file);
      },
    ],
  ] as const)
    test(`another file ${how}: both are kept, all pictures are there, an alarm`, { skip }, async (t) => {
      const odd = await oddRecorder(t);
      let place = '';
      const result = await odd.record('alarm', async (file) => {
        place = file;
        const other = join(odd.folder, 'other');
        await writeFile(other, 'a file of somebody else');
        await replace(file, other);
      });
      assert.equal(await readFile(place, 'utf8'), 'a file of somebody else');
      isWhole(result);
      assert.ok(result.alarms.includes('disk_error'));
      assert.ok(result.info.parts.length >= 1, 'ours is under the next free name, in one part or two');
      assert.ok(result.info.parts.every(({ state, name }) => state === 'final' && name !== basename(place)));
      assert.deepEqual(result.info.foreign, [basename(place)]);
    });
});
