import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { sleep } from '#lib/runtime/clock.ts';
import type { FileSystemKind } from './odd-file-system.ts';
import { isOnePart, isWhole, oddRecorder, OTHERS } from './odd-recorder.ts';

/** A fault that any file system may have while a recorder writes on it, with what must become of the recording. */
export type OddFault = (t: TestContext, kind: FileSystemKind) => Promise<void>;

/** The faults, by what happens and what must become of it. */
export const FAULTS: Record<string, OddFault> = {
  'another file renamed over it: both are kept, with all pictures': (t, kind) =>
    isReplaced(t, kind, (file, other) => rename(other, file)),

  'another file put there after it was moved away: both are kept, with all pictures': (t, kind) =>
    isReplaced(t, kind, async (file, other) => {
      await rename(file, `${file}.away`);
      await rename(other, file);
    }),

  'another file put there after it was removed: both are kept, with all pictures': (t, kind) =>
    isReplaced(t, kind, async (file, other) => {
      await rm(file);
      await link(other, file);
    }),

  async 'its folder moved away: the next part has all pictures that the first has not'(t, kind) {
    const odd = await oddRecorder(t, kind);
    const result = await odd.record('alarm', (file) => rename(dirname(file), join(odd.disk.folder, 'elsewhere')));
    isWhole(result);
    assert.ok(result.alarms.includes('disk_error'));
  },

  async 'unmounted for 2 s: one part'(t, kind) {
    const odd = await oddRecorder(t, kind, { destination: { mustBeMount: true } });
    const result = await odd.record('told', async () => {
      await sleep(500);
      await odd.disk.leave();
      await sleep(2000);
      await odd.disk.comeBack();
      await sleep(1000);
    });
    isOnePart(result);
  },

  async 'unmounted for good: all pictures are saved on the other disk, and nothing is under the mount'(t, kind) {
    const odd = await oddRecorder(t, kind, { destination: { mustBeMount: true }, hasOther: true });
    const result = await odd.record('alarm', async () => {
      await sleep(500);
      await odd.disk.leave();
    });
    isWhole(result);
    assert.ok(!existsSync(join(odd.disk.folder, result.info.base)));
  },
};

async function isReplaced(
  t: TestContext,
  kind: FileSystemKind,
  replace: (file: string, other: string) => Promise<void>,
): Promise<void> {
  const odd = await oddRecorder(t, kind, kind === 'fuse' ? { words: 'numbers' } : {});
  let place = '';
  const result = await odd.record('alarm', async (file) => {
    place = file;
    const other = join(odd.disk.folder, 'other');
    await writeFile(other, OTHERS);
    await replace(file, other);
  });
  assert.equal(await readFile(place, 'utf8'), OTHERS);
  isWhole(result);
  assert.ok(result.alarms.includes('disk_error'));
  assert.ok(result.info.parts.length >= 1, 'ours is under the next free name, in one part or two');
  assert.ok(result.info.parts.every(({ name }) => name !== basename(place)));
  assert.deepEqual(result.info.foreign, [basename(place)]);
}
