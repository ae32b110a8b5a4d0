/** A data folder that cannot be written: the box starts, records where there is room, and raises an alarm. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { FEW_PIXELS, startBox } from '#test/support/box.ts';
import { until } from '#test/support/until.ts';

const run = promisify(execFile);

for (const [how, options] of [
  ['read-only', 'ro'],
  ['full', 'size=4096'],
  ['out of inodes', 'nr_inodes=1'],
] as const)
  test(`a data disk that is ${how}: the box starts, records and says so`, async (t) => {
    const data = await mkdtemp(join(tmpdir(), 'amphi-data-'));
    const recordings = await mkdtemp(join(tmpdir(), 'amphi-recordings-'));
    t.after(() => rm(recordings, { recursive: true, force: true }));
    try {
      await run('mount', ['-t', 'tmpfs', '-o', options, 'amphi-test', data]);
    } catch {
      await rm(data, { recursive: true });
      return t.skip('no small disk can be mounted here (root needed)');
    }
    t.after(async () => {
      await run('umount', ['-l', data]);
      await rm(data, { recursive: true });
    });
    const box = await startBox({
      device: { inputs: { 1: { source: { driver: 'test', pattern: 'bars' } } }, encoders: FEW_PIXELS },
      config: { data, recordings: { destinations: [{ name: 'disk', folder: recordings, minFreeMB: 1 }] } },
    });
    t.after(() => box.remove());
    await box.input(1, 'live');
    const { take } = await box.start();
    await until('it is written', async () => ((await box.recording(take)).parts[0]?.bytes ?? 0) > 10_000);
    await until('the alarm is raised', async () =>
      (await box.alarms()).some(({ name, about }) => name === 'disk_error' && about === 'data'),
    );
    const { status, parts } = await box.stopRecording(take);
    assert.deepEqual([status, parts.map(({ state }) => state)], ['finished', ['final']]);
    assert.equal(await box.stop(), 0);
  });
