// Runs alone: no frame may be missing.
/** The disk fills up, or a folder is removed, while a box records. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { sleep } from '#lib/runtime/clock.ts';
import { pathOf } from '#test/support/box-api.ts';
import { startBox, type Box } from '#test/support/box.ts';
import { gapsMs, judgeParts, latenessOf } from '#test/support/judge.ts';
import { inTime } from '#test/support/pace.ts';
import { until } from '#test/support/until.ts';

const run = promisify(execFile);
const ONLY_LONG = { skip: process.env['AMPHI_LONG'] ? false : 'takes long: AMPHI_LONG' };
const DISK_BYTES = 16 << 20;
/** Frames are not exactly a whole number of milliseconds apart. */
const NO_GAP_MS = 3;

/** A file system of 16 MB; undefined, with the reason told, where none can be mounted. */
async function smallDisk(t: TestContext): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-small-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'amphi-test', folder]);
  } catch (error) {
    await rm(folder, { recursive: true });
    t.skip(`no small disk can be mounted here (root needed): ${String((error as { stderr?: string }).stderr)}`);
    return undefined;
  }
  t.after(async () => {
    await run('umount', ['-l', folder]);
    await rm(folder, { recursive: true });
  });
  return folder;
}

/** Removes a folder at one blow: what the box makes in its place meanwhile is another one. */
async function remove(folder: string): Promise<void> {
  await rename(folder, `${folder}-away`);
  await rm(`${folder}-away`, { recursive: true, maxRetries: 20 });
}

/** Leaves so much room on a small disk. */
const fill = (folder: string, leaveBytes: number): Promise<void> =>
  writeFile(join(folder, 'other people.bin'), Buffer.alloc(DISK_BYTES - leaveBytes));

async function boxOn(t: TestContext, folders: readonly string[]): Promise<Box> {
  const destinations = folders.map((folder, at) => ({ name: `disk${at + 1}`, folder, minFreeMB: 0.1 }));
  const box = await startBox({
    device: { inputs: { 1: { source: { driver: 'test', pattern: 'bars' } } } },
    config: { recordings: { destinations } },
  });
  t.after(() => box.remove());
  await box.input(1, 'live');
  return box;
}

const partsOf = async (box: Box, take: string): Promise<number> => (await box.recording(take)).parts.length;

test('the disk is full: the part ends cleanly, an alarm is raised, it goes on elsewhere, and no frame is lost', (t) =>
  inTime(t, async (judge) => {
    const small = await smallDisk(t);
    if (!small) return;
    await fill(small, 300_000);
    const other = await mkdtemp(join(tmpdir(), 'amphi-other-'));
    t.after(() => rm(other, { recursive: true, maxRetries: 20 }));
    const box = await boxOn(t, [small, other]);
    const { take } = await box.start({ metadata: { title: 'Full' } });
    await until('it goes on elsewhere', async () => (await partsOf(box, take)) > 1);
    const alarms = await box.alarms();
    assert.ok(
      alarms.some(({ name, about }) => name === 'disk_space' && about === 'disk1'),
      JSON.stringify(alarms),
    );
    await sleep(2500);
    const recorded = await box.stopRecording(take);
    assert.deepEqual(
      recorded.parts.map(({ destination }) => destination),
      ['disk1', 'disk2'],
    );
    const parts = await judgeParts(recorded, { 1: { fragmented: true } }, await latenessOf(box, judge));
    for (const gap of gapsMs(parts)) assert.ok(Math.abs(gap) < NO_GAP_MS, `${gap} ms are missing`);
  }));

test('the only disk is full: the part ends cleanly, and it goes on when there is room again', (t) =>
  inTime(t, async (judge) => {
    const small = await smallDisk(t);
    if (!small) return;
    await fill(small, 300_000);
    const box = await boxOn(t, [small]);
    const { take } = await box.start({ metadata: { title: 'Nowhere' } });
    const halted = async (): Promise<boolean> => (await box.alarms()).some(({ name }) => name === 'record_halt');
    await until('it halts', halted);
    await sleep(1500);
    await rm(join(small, 'other people.bin'));
    await until('it goes on', async () => !(await halted()) && (await partsOf(box, take)) > 1);
    await sleep(2000);
    const parts = await judgeParts(
      await box.stopRecording(take),
      { 1: { fragmented: true } },
      await latenessOf(box, judge),
    );
    assert.equal(parts.length, 2);
    for (const gap of gapsMs(parts))
      assert.ok(Math.abs(gap) < NO_GAP_MS, `${gap} ms are missing, though memory held them`);
  }));

test('the recording folder is removed: it goes on, and what was open is saved', (t) =>
  inTime(t, async (judge) => {
    const folder = await mkdtemp(join(tmpdir(), 'amphi-removed-'));
    t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 20 }));
    const box = await boxOn(t, [folder]);
    const { take } = await box.start({ metadata: { title: 'Removed' } });
    await until('it is written', async () => ((await box.recording(take)).parts[0]?.durationMs ?? 0) > 3000);
    const [part] = (await box.recording(take)).parts;
    await remove(dirname(pathOf(part!)));
    await until('it goes on', async () => (await partsOf(box, take)) > 1);
    await sleep(2500);
    const parts = await judgeParts(await box.stopRecording(take), {}, await latenessOf(box, judge));
    assert.equal(parts.length, 2);
    for (const gap of gapsMs(parts)) assert.ok(Math.abs(gap) < NO_GAP_MS, `${gap} ms are missing`);
  }));

test('all of the destination is removed, and made again by somebody: it goes on', ONLY_LONG, (t) =>
  inTime(t, async (judge) => {
    const folder = await mkdtemp(join(tmpdir(), 'amphi-removed-'));
    t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 20 }));
    const box = await boxOn(t, [folder]);
    const { take } = await box.start({ metadata: { title: 'All removed' } });
    await until('it is written', async () => ((await box.recording(take)).parts[0]?.durationMs ?? 0) > 2500);
    await remove(folder);
    await mkdir(folder, { recursive: true });
    await sleep(3500);
    const recorded = await box.stopRecording(take);
    const parts = await judgeParts(recorded, {}, await latenessOf(box, judge));
    assert.ok(parts.length >= 1);
    for (const gap of gapsMs(parts)) assert.ok(Math.abs(gap) < NO_GAP_MS, `${gap} ms are missing`);
  }),
);
