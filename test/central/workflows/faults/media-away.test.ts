// In a process of its own: it starts a PostgreSQL and a worker, in a space of mounts of its own.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { beginLecture, bringLecture, runOver, toldOf } from '../lecture-rig.ts';
import { openFaultRig } from './fault-rig.ts';

const OWN_MOUNTS = ['--mount', '--propagation', 'private'];

/** Whether a process of its own mounts is allowed here. */
function mayUnshare(): boolean {
  try {
    execFileSync('unshare', [...OWN_MOUNTS, 'mount', '--bind', '/tmp', '/tmp'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

test('a media folder that is away for a while fails the run in words, nothing is written where it was, and it goes on when it is back', async (t) => {
  if (!mayUnshare()) return t.skip('this machine does not let us have mounts of our own');
  const base = await mkdtemp(join(tmpdir(), 'amphi-share-'));
  t.after(() => rm(base, { recursive: true, force: true }));
  const media = join(base, 'media');
  const elsewhere = join(base, 'elsewhere');
  const rig = await openFaultRig({ media });
  t.after(() => rig.close());
  await mkdir(elsewhere);
  await bringLecture(rig, 'away', rig.folder);
  // The worker sees an empty folder in the place of the share, until what is bound there is taken away: the share itself is never touched.
  const worker = await rig.worker(['unshare', ...OWN_MOUNTS, '--']);
  const inWorker = (...argv: string[]): void =>
    void execFileSync('nsenter', ['--target', String(worker.pid), '--mount', ...argv], { stdio: 'ignore' });
  const run = await beginLecture(rig, 'away', 'fast');
  await rig.atWork(run, 'encode');
  inWorker('mount', '--bind', elsewhere, media);
  assert.equal(await runOver(rig.database, run), 'failed', await toldOf(rig.database, run));
  const told = await toldOf(rig.database, run);
  assert.match(told, /failed .*(media folder is away|no such file|cannot be read)/i);
  assert.deepEqual(await rig.published('away'), []);
  assert.deepEqual(await readdir(elsewhere), [], `something was written where the share was\n${told}`);
  inWorker('umount', media);
  await rig.retry(run);
  assert.equal(await runOver(rig.database, run), 'succeeded', await toldOf(rig.database, run));
  assert.ok((await rig.published('away')).includes('presentation/delivery'));
  assert.deepEqual(await readdir(elsewhere), []);
});
