// Covers agent/recorder, lib/runtime/files.ts.
/** Recordings on a FUSE file system with the oddities of network shares, FAT drives and other FUSE file systems. */
import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { sleep } from '#lib/runtime/clock.ts';
import { FAULTS } from '#test/support/odd-faults.ts';
import { cannotMount } from '#test/support/odd-file-system.ts';
import { isOnePart, isWhole, oddRecorder, OTHERS } from '#test/support/odd-recorder.ts';

const { EACCES, EBADF, EEXIST, EINVAL, EIO, ENOSPC, ENOSYS, EPERM, ESTALE } = constants.errno;
const skip = await cannotMount('fuse');

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
  'EIO for fsync of a folder': { words: `folder-sync=${EIO}`, warns: /EIO/ },
  'ENOSYS for fsync of a folder, EBADF for that of a file': {
    words: `folder-sync=${ENOSYS} file-sync=${EBADF}`,
    warns: /EBADF/,
  },
  'no rename over a file (EPERM)': { words: `no-replace=${EPERM} no-sizes` },
  'all that FAT drives and shares do': {
    words: `numbers folder-sync=${EINVAL} no-links=${EPERM} no-modes=${EPERM} no-replace=${EEXIST} coarse-times any-case`,
    warns: /EINVAL/,
  },
};

/** Oddities that come for some seconds while it records, and go. */
const FOR_A_WHILE: Record<string, string> = {
  'looks that fail with ESTALE': `look=${ESTALE}`,
  'looks that fail with EACCES, with other inode numbers': `numbers look=${EACCES}`,
};

/** Oddities that end a part, which must cost no picture. */
const ENDS_A_PART: Record<string, string> = {
  'writes that fail with EIO': `write=${EIO}`,
  'writes that fail with ENOSPC, with other inode numbers': `write=${ENOSPC} numbers`,
  'syncs that fail with EIO': `file-sync=${EIO}`,
};

/** The faults that are tried here; all of them are in `recorder-odd-disks.long.test.ts`, on each file system. */
const HERE = ['another file renamed', 'unmounted'];

// They wait most of the time, each with a program of its own.
describe('a FUSE file system', { concurrency: 5, skip }, () => {
  for (const [what, { words, warns }] of Object.entries(ALWAYS))
    test(`${what}: one part, no alarm`, async (t) => {
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

  test('each call takes several times 20 ms: one part, no alarm', async (t) => {
    const odd = await oddRecorder(t, 'fuse', { words: 'slow=20' });
    const result = await odd.record('told', async () => {
      await sleep(3000);
      await odd.disk.does('');
    });
    isOnePart(result);
  });

  for (const [what, words] of Object.entries(FOR_A_WHILE))
    test(`for some seconds ${what}: one part, no alarm`, async (t) => {
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
    test(`for some seconds ${what}: an alarm, and no picture is lost`, async (t) => {
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
      assert.ok(
        result.alarms.some((name) => name === 'disk_error' || name === 'disk_space'),
        result.alarms.join(),
      );
    });

  test('its program dies and it is mounted again: no picture is lost', async (t) => {
    const odd = await oddRecorder(t, 'fuse', { destination: { mustBeMount: true } });
    const result = await odd.record('told', async () => {
      await sleep(1000);
      await odd.disk.die();
      await sleep(2500);
      await odd.disk.comeBack();
      await sleep(2500);
    });
    isWhole(result);
    assert.ok(result.alarms.includes('disk_error'));
  });

  test('the file is removed on the server: what was recorded is saved', async (t) => {
    const odd = await oddRecorder(t, 'fuse');
    const result = await odd.record('alarm', async (file) => {
      await sleep(1000);
      await rm(join(odd.disk.below, file.slice(odd.disk.folder.length)));
    });
    isWhole(result);
    assert.ok(result.alarms.includes('disk_error'));
  });

  for (const [what, fault] of Object.entries(FAULTS))
    if (HERE.some((words) => what.startsWith(words))) test(what, (t) => fault(t, 'fuse'));
});
