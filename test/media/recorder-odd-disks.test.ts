import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { sleep } from '#lib/runtime/clock.ts';
import { cannotMount, type FileSystemKind } from '#test/support/odd-file-system.ts';
import { oddRecorder, type OddRecording } from '#test/support/odd-recorder.ts';
import { count } from '#test/support/recorder-rig.ts';

const { EACCES, EBADF, EEXIST, EINVAL, EIO, ENOSPC, ENOSYS, EPERM, ESTALE } = constants.errno;

const KINDS: readonly FileSystemKind[] = ['tmpfs', 'ext4', 'fuse'];
const skips = new Map<FileSystemKind, string | false>();
for (const kind of KINDS) skips.set(kind, await cannotMount(kind));
const skipOf = (kind: FileSystemKind): { skip: string | false } => ({ skip: skips.get(kind) ?? false });

/** Every picture from the first to the last, once, in files that are finished. */
function isWhole({ info, numbers }: OddRecording): void {
  assert.ok(numbers.length > 10, `${numbers.length} pictures`);
  assert.deepEqual(numbers, count(numbers[0] ?? 0, numbers.length), 'no picture is missing or there twice');
  assert.deepEqual([...new Set(info.parts.map(({ state }) => state))], ['final']);
  assert.equal(info.status, 'finished');
}

/** Neither a second part nor an alarm. */
function isOnePart(result: OddRecording): void {
  assert.deepEqual(result.alarms, []);
  assert.equal(result.info.parts.length, 1);
  isWhole(result);
}

const OTHERS = 'a file of somebody else';

/** Puts files of others beside a recording; gives a check that they are as they were. */
async function withOthers(file: string): Promise<() => Promise<void>> {
  const folder = dirname(file);
  const names = ['notes.txt', 'other.mp4', `${basename(folder)}_S1R9.mp4`].map((name) => join(folder, name));
  for (const name of names) await writeFile(name, OTHERS);
  return async () => {
    for (const name of names) assert.equal(await readFile(name, 'utf8'), OTHERS);
  };
}

/** Oddities of the whole recording, and what the recorder may say about them. */
const ALWAYS: Record<string, { words: string; warns?: RegExp }> = {
  'inode numbers that change at each look': { words: 'numbers' },
  'EINVAL for fsync of a folder': { words: `folder-sync=${EINVAL}`, warns: /EINVAL/ },
  'EIO for fsync of a folder': { words: `folder-sync=${EIO}`, warns: /EIO/ },
  'ENOSYS for each fsync': { words: `folder-sync=${ENOSYS} file-sync=${ENOSYS}` },
  'EBADF for each fsync': { words: `folder-sync=${EBADF} file-sync=${EBADF}`, warns: /EBADF/ },
  'no hard links, modes or times': { words: `no-links=${EPERM} no-modes=${EPERM}` },
  'no rename over a file (EEXIST)': { words: `no-replace=${EEXIST}` },
  'no rename over a file (EPERM)': { words: `no-replace=${EPERM}` },
  'times in steps of 2 s, any case of names, no sizes': { words: 'coarse-times any-case no-sizes' },
  'calls of 200 ms': { words: 'slow=200' },
  'all that FAT drives and shares do': {
    words: `numbers folder-sync=${EINVAL} no-links=${EPERM} no-modes=${EPERM} no-replace=${EEXIST} coarse-times any-case`,
    warns: /EINVAL/,
  },
};

/** Oddities that come for some seconds while it records, and go. */
const FOR_A_WHILE: Record<string, string> = {
  'looks that fail with ESTALE': `look=${ESTALE}`,
  'looks that fail with EACCES': `look=${EACCES}`,
  'looks that fail with EIO, with other inode numbers': `numbers look=${EIO}`,
  'other inode numbers': 'numbers',
};

/** Oddities that end a part, which must cost no picture. */
const ENDS_A_PART: Record<string, string> = {
  'writes that fail with EIO': `write=${EIO}`,
  'writes that fail with ENOSPC': `write=${ENOSPC}`,
  'writes that fail with ENOSPC, with other inode numbers': `write=${ENOSPC} numbers`,
  'syncs that fail with EIO': `file-sync=${EIO}`,
};

// They wait most of the time, each with a program of its own.
describe('a FUSE file system', { concurrency: 5 }, () => {
  for (const [what, { words, warns }] of Object.entries(ALWAYS))
    test(`${what}: one part, no alarm`, skipOf('fuse'), async (t) => {
      const odd = await oddRecorder(t, 'fuse', { words });
      let areUntouched = (): Promise<void> => Promise.resolve();
      const result = await odd.record('told', async (file) => {
        areUntouched = await withOthers(file);
        await sleep(1500);
      });
      isOnePart(result);
      await areUntouched();
      const own = result.warnings.filter((text) => text.startsWith(`${result.info.parts[0]?.folder}:`));
      assert.equal(own.length, warns ? 1 : 0, result.warnings.join('\n'));
      assert.match(own[0] ?? '', warns ?? /^$/);
    });

  for (const [what, words] of Object.entries(FOR_A_WHILE))
    test(`for some seconds ${what}: one part, no alarm`, skipOf('fuse'), async (t) => {
      const odd = await oddRecorder(t, 'fuse');
      const result = await odd.record('told', async () => {
        await odd.disk.does(words);
        await sleep(5500);
        await odd.disk.does('');
        await sleep(500);
      });
      isOnePart(result);
    });

  for (const [what, words] of Object.entries(ENDS_A_PART))
    test(`for some seconds ${what}: an alarm, and no picture is lost`, skipOf('fuse'), async (t) => {
      const odd = await oddRecorder(t, 'fuse');
      let areUntouched = (): Promise<void> => Promise.resolve();
      const result = await odd.record('told', async (file) => {
        areUntouched = await withOthers(file);
        await odd.disk.does(words);
        await sleep(3000);
        await odd.disk.does('');
        await sleep(2500);
      });
      isWhole(result);
      await areUntouched();
      assert.ok(result.alarms.some((name) => name === 'disk_error' || name === 'disk_space'), result.alarms.join());
    });

  test('its program dies and it is mounted again: no picture is lost', skipOf('fuse'), async (t) => {
    const odd = await oddRecorder(t, 'fuse', { destination: { mustBeMount: true } });
    const result = await odd.record('told', async () => {
      await sleep(1000);
      await odd.disk.die();
      await sleep(2500);
      await odd.disk.comeBack();
      await sleep(3000);
    });
    isWhole(result);
    assert.ok(result.alarms.includes('disk_error'));
  });

  test('its program dies and another disk is there: no picture is lost', skipOf('fuse'), async (t) => {
    const odd = await oddRecorder(t, 'fuse', { destination: { mustBeMount: true }, hasOther: true });
    const result = await odd.record('told', async () => {
      await sleep(1000);
      await odd.disk.die();
      await sleep(2500);
      await odd.disk.comeBack();
      await sleep(1500);
    });
    isWhole(result);
  });

  test('removed on the server, behind the mount: what was recorded is saved', skipOf('fuse'), async (t) => {
    const odd = await oddRecorder(t, 'fuse');
    const result = await odd.record('alarm', async (file) => {
      await rm(join(odd.disk.below, file.slice(odd.disk.folder.length)));
    });
    isWhole(result);
  });
});

const REPLACED: Record<string, (file: string, other: string) => Promise<void>> = {
  'renamed over it': (file, other) => rename(other, file),
  async 'put there after it was moved away'(file, other) {
    await rename(file, `${file}.away`);
    await rename(other, file);
  },
  async 'put there after it was removed'(file, other) {
    await rm(file);
    await link(other, file);
  },
};

for (const kind of KINDS)
  describe(`on ${kind}`, { concurrency: 5 }, () => {
    for (const [how, replace] of Object.entries(REPLACED))
      test(`another file ${how}: both are kept, all pictures are there, an alarm`, skipOf(kind), async (t) => {
        const odd = await oddRecorder(t, kind);
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
      });

    test('unmounted for 2 s while it records: one part', skipOf(kind), async (t) => {
      const odd = await oddRecorder(t, kind, { destination: { mustBeMount: true } });
      const result = await odd.record('told', async () => {
        await sleep(500);
        await odd.disk.leave();
        await sleep(2000);
        await odd.disk.comeBack();
        await sleep(1000);
      });
      isOnePart(result);
    });

    test('unmounted for good while it records: saved on the other disk, nothing under the mount', skipOf(kind), async (t) => {
      const odd = await oddRecorder(t, kind, { destination: { mustBeMount: true }, hasOther: true });
      const result = await odd.record('alarm', async () => {
        await sleep(500);
        await odd.disk.leave();
      });
      isWhole(result);
      assert.ok(!existsSync(join(odd.disk.folder, result.info.base)));
    });
  });
