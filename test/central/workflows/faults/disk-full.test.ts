// In a process of its own: it starts a PostgreSQL and workers.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { freeBytesOf } from '#lib/runtime/disk/room.ts';
import { smallDisk } from '#test/support/disks.ts';
import { beginLecture, bringLecture, runOver, toldOf } from '../lecture-rig.ts';
import { openFaultRig, type FaultRig } from './fault-rig.ts';

const NO_MOUNT = 'this machine does not let us mount';
const MB = 1 << 20;

/** Fills a disk but for this many bytes. Gives the file that fills it. */
async function fill(disk: string, butFor: number): Promise<string> {
  const path = join(disk, 'ballast');
  const bytes = (await freeBytesOf(disk)) - butFor;
  execFileSync('fallocate', ['-l', String(bytes), path]);
  return path;
}

/** Asserts that the run failed and said why, that nothing of it is public, and that it succeeds when there is room. */
async function failsThenSucceeds(rig: FaultRig, run: number, event: string, ballast: string): Promise<void> {
  assert.equal(await runOver(rig.database, run), 'failed', await toldOf(rig.database, run));
  const told = await toldOf(rig.database, run);
  assert.match(told, /failed .*(disk.* is full|No space left)/);
  assert.deepEqual(await rig.published(event), [], told);
  await rm(ballast);
  await rig.retry(run);
  assert.equal(await runOver(rig.database, run), 'succeeded', await toldOf(rig.database, run));
  assert.ok((await rig.published(event)).includes('presentation/delivery'));
}

test('a disk that gets full while it encodes fails the run in words, publishes nothing, and it goes on when there is room', async (t) => {
  const media = await smallDisk(t, 64 * MB);
  if (media === undefined) return t.skip(NO_MOUNT);
  const rig = await openFaultRig({ media });
  t.after(() => rig.close());
  await bringLecture(rig, 'full-encode', rig.folder);
  const ballast = await fill(media, 100_000);
  const run = await beginLecture(rig, 'full-encode', 'fast');
  await rig.worker();
  await failsThenSucceeds(rig, run, 'full-encode', ballast);
});

test('a share of the streaming server that is full fails the publication in words, and nothing of it is public', async (t) => {
  const share = await smallDisk(t, 16 * MB);
  if (share === undefined) return t.skip(NO_MOUNT);
  const rig = await openFaultRig();
  t.after(() => rig.close());
  await bringLecture(rig, 'full-publish', rig.folder);
  const ballast = await fill(share, 60_000);
  const run = await beginLecture(rig, 'full-publish', 'fast');
  await rig.worker([], ['--stream-folder', share, '--stream-url', 'https://wowza.example.org/vod']);
  await failsThenSucceeds(rig, run, 'full-publish', ballast);
});
