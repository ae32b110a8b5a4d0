// Covers agent/recorder, lib/runtime/files.ts.
/** What a killed recorder left on a FUSE file system with oddities is found, continued and repaired. */
import assert from 'node:assert/strict';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { sleep } from '#lib/runtime/clock.ts';
import { killedRecording } from '#test/support/killed-recording.ts';
import { numbersIn } from '#test/support/numbered-stream.ts';
import { cannotMount, openFileSystem } from '#test/support/odd-file-system.ts';
import { count, pathsOf, rig } from '#test/support/recorder-rig.ts';
import { until } from '#test/support/until.ts';

const { EEXIST, EINVAL, EIO, EPERM, ESTALE } = constants.errno;
/** What FAT drives and shares do. */
const ODD = `numbers folder-sync=${EINVAL} no-links=${EPERM} no-modes=${EPERM} no-replace=${EEXIST} coarse-times any-case`;

describe('after kill -9 on FUSE', { concurrency: 3, skip: await cannotMount('fuse') }, () => {
  test('with other inode numbers at each look, no renames over a file: the take goes on as its next part', async (t) => {
    const disk = await openFileSystem(t, 'fuse', ODD);
    await killedRecording(disk.folder, 2000);
    const bench = await rig(t, { folder: disk.folder });
    const { recorder, encoder } = bench;
    const [left] = await recorder.recover();
    assert.equal(left?.inProgress, true);
    const handle = recorder.start({ continueTake: left.info.id });
    encoder.run(4);
    await handle.started;
    await sleep(500);
    await recorder.stop();
    const info = await handle.finished;
    assert.equal(info.status, 'finished');
    assert.equal(info.metadata.title, 'Cut off');
    assert.deepEqual(bench.alarms(), []);
    assert.deepEqual(
      info.parts.map(({ number, state }) => [number, state]),
      [
        [1, 'final'],
        [2, 'final'],
      ],
    );
    for (const path of pathsOf(info)) {
      const numbers = await numbersIn(path);
      assert.ok(numbers.length > 10);
      assert.deepEqual(numbers, count(numbers[0] ?? 0, numbers.length));
      assert.equal((await readFile(path)).indexOf('moof'), -1, 'it is finished');
    }
    encoder.pause();
    assert.equal(await recorder.remove(info.id), true);
    await assert.rejects(readFile(join(disk.folder, info.base, `${info.base}.json`)), /ENOENT/);
  });

  for (const [what, words] of Object.entries({
    'files cannot be opened (ESTALE)': `open=${ESTALE}`,
    'files cannot be opened (EIO), and no folder be listed': `open=${EIO} list=${EIO}`,
  }))
    test(`${what} at the start: found when they can be, with its metadata`, async (t) => {
      const disk = await openFileSystem(t, 'fuse');
      await killedRecording(disk.folder, 1500);
      await disk.does(words);
      const { recorder } = await rig(t, { folder: disk.folder });
      assert.deepEqual(await recorder.recover(), []);
      await recorder.lookAtDisks();
      await sleep(500);
      assert.deepEqual(recorder.list(), [], 'what cannot be read is not taken for something else');
      await disk.does('numbers');
      await recorder.lookAtDisks();
      await until('it is recovered', () => recorder.list()[0]?.status === 'partial');
      const [info] = recorder.list();
      assert.equal(info?.metadata.title, 'Cut off');
      assert.equal(recorder.list().length, 1);
      const numbers = await numbersIn(pathsOf(info)[0] ?? '');
      assert.deepEqual(numbers, count(2, numbers.length));
    });

  test('a manifest that was put aside when the box ended is found again', async (t) => {
    const disk = await openFileSystem(t, 'fuse', ODD);
    await killedRecording(disk.folder, 1500);
    await disk.does('');
    const { recorder: first } = await rig(t, { folder: disk.folder });
    const [left] = await first.recover();
    const base = left?.info.base ?? '';
    await until('it is recovered', () => first.list()[0]?.status === 'partial');
    await first.close();
    const manifest = join(disk.folder, base, `${base}.json`);
    const text = await readFile(manifest, 'utf8');
    await rename(manifest, `${manifest}.before.17.3.tmp`);
    await writeFile(`${manifest}.17.4.tmp`, 'half');
    const { recorder } = await rig(t, { folder: disk.folder });
    await recorder.recover();
    assert.equal(recorder.list()[0]?.metadata.title, 'Cut off');
    assert.equal(await readFile(manifest, 'utf8'), text);
  });
});
