import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { realClock, sleep } from '#lib/runtime/clock.ts';
import { folderOf, smallDisk } from '#test/support/disks.ts';
import { FRAME_TICKS, numbersIn, probe } from '#test/support/numbered-stream.ts';
import { count, pathsOf, rig } from '#test/support/recorder-rig.ts';
import { inTime } from '#test/support/pace.ts';
import { until } from '#test/support/until.ts';

/** Removes a folder at one blow: what the recorder makes in its place meanwhile is another one. */
async function remove(folder: string): Promise<void> {
  await rename(folder, `${folder}-away`);
  await rm(`${folder}-away`, { recursive: true, maxRetries: 20 });
}

// They wait most of the time, each for a disk of its own.
describe('disks that fill, vanish and come back', { concurrency: 3 }, () => {
  test('a full disk ends the part; the take goes on in the next destination with every frame', async (t) => {
    const small = await smallDisk(t, 400_000);
    if (!small) return t.skip('this machine does not let us mount a small disk');
    const large = await folderOf(t);
    const destinations = [
      { name: 'usbfront', folder: small, mustBeMount: true, minFreeBytes: 20_000 },
      { name: 'internal', folder: large, minFreeBytes: 0 },
    ];
    const bench = await rig(t, { settings: { destinations }, encoder: { padBytes: 4000 } });
    const { encoder, recorder } = bench;
    const handle = recorder.start({});
    encoder.run(5);
    await until('the other disk is in use', () => recorder.seen().destination === 'internal');
    await sleep(500);
    await recorder.stop();
    encoder.pause();
    const info = await handle.finished;
    assert.ok(bench.alarms().includes('disk_space'));
    assert.deepEqual(
      info.parts.map(({ destination }) => destination),
      ['usbfront', 'internal'],
    );
    const numbers: number[] = [];
    for (const path of pathsOf(info)) numbers.push(...(await numbersIn(path)));
    assert.deepEqual(numbers, count(2, numbers.length), 'no frame is missing or there twice');
    assert.equal(JSON.parse(await readFile(join(large, info.base, `${info.base}.json`), 'utf8')).amphi.parts.length, 2);
  });

  test('with the only disk full, the take halts with an alarm and goes on when there is room', async (t) => {
    const small = await smallDisk(t, 600_000);
    if (!small) return t.skip('this machine does not let us mount a small disk');
    await writeFile(join(small, 'ballast'), Buffer.alloc(300_000));
    const destinations = [{ name: 'internal', folder: small, minFreeBytes: 30_000 }];
    const bench = await rig(t, { settings: { destinations }, encoder: { padBytes: 2000, gop: 15 } });
    const { encoder, recorder } = bench;
    const handle = recorder.start({});
    encoder.run(3);
    await until('it halts', () => bench.alarms().includes('record_halt'));
    await rm(join(small, 'ballast'));
    const cleared = () =>
      bench.facts.some((fact) => fact.kind === 'alarm' && 'clear' in fact && fact.clear.name === 'record_halt');
    await until('it goes on', cleared);
    await recorder.stop();
    encoder.pause();
    const info = await handle.finished;
    assert.ok(info.parts.length >= 2);
    const numbers: number[] = [];
    for (const path of pathsOf(info)) numbers.push(...(await numbersIn(path)));
    assert.deepEqual(numbers, count(2, numbers.length), 'what came while it halted was kept');
  });

  for (const [how, spoil] of [
    ['removed', remove],
    ['moved away', (home: string) => rename(home, `${home}-elsewhere`)],
  ] as const)
    test(`a folder that is ${how} during recording: nothing is lost`, async (t) => {
      const bench = await rig(t, { encoder: { gop: 10 } });
      const { encoder, recorder, folder } = bench;
      const handle = recorder.start({});
      encoder.run(1);
      await until('two seconds are recorded', () => encoder.next > 36 && recorder.seen().bytes > 0);
      await spoil(join(folder, handle.id));
      await until('it is noticed', () => bench.alarms().includes('disk_error'));
      await until('the next part is written', () => /S1R2/.test(recorder.seen().file ?? ''));
      await sleep(500);
      await recorder.stop();
      const info = await handle.finished;
      const numbers: number[] = [];
      for (const path of pathsOf(info)) numbers.push(...(await numbersIn(path)));
      assert.deepEqual(numbers, count(2, numbers.length));
      assert.equal(info.parts.length, 2);
      assert.ok(numbers.length >= 30);
      assert.ok(existsSync(join(folder, info.base, `${info.base}.json`)));
    });

  test('the whole destination is removed: it is made again', async (t) => {
    const folder = join(await folderOf(t), 'recordings');
    const bench = await rig(t, {
      settings: { destinations: [{ name: 'internal', folder, minFreeBytes: 0 }] },
      encoder: { gop: 10 },
    });
    const { encoder, recorder } = bench;
    const first = recorder.start({});
    encoder.run(4);
    await first.started;
    await recorder.stop();
    await first.finished;
    const handle = recorder.start({});
    await handle.started;
    const from = encoder.next;
    await until('some of it is recorded', () => encoder.next > from + 90 && recorder.seen().bytes > 0);
    await remove(folder);
    await until('the next part is written', () => /S1R2/.test(recorder.seen().file ?? ''));
    await recorder.stop();
    const info = await handle.finished;
    assert.equal(info.status, 'finished');
    for (const path of pathsOf(info)) assert.ok((await numbersIn(path)).length > 0);
  });

  test('a missing mount is not written under; the next destination is used, and it can be changed during recording', async (t) => {
    const folder = await folderOf(t);
    const usb = join(folder, 'usb');
    const other = join(folder, 'other');
    await mkdir(usb);
    const destinations = [
      { name: 'usbfront', folder: usb, mustBeMount: true, minFreeBytes: 0 },
      { name: 'internal', folder: join(folder, 'internal'), minFreeBytes: 0 },
      { name: 'network', folder: other, minFreeBytes: 0 },
    ];
    const { encoder, recorder } = await rig(t, { settings: { destinations } });
    const handle = recorder.start({ destination: 'usbfront' });
    encoder.step(40);
    await until('it is written', () => recorder.seen().destination === 'internal');
    recorder.moveTo('network');
    encoder.step(40);
    await until('it is written elsewhere', () => recorder.seen().destination === 'network');
    const stopped = recorder.stop();
    encoder.step(30);
    await stopped;
    const info = await handle.finished;
    assert.deepEqual(
      info.parts.map(({ destination }) => destination),
      ['internal', 'network'],
    );
    assert.equal(existsSync(join(usb, info.base)), false);
    const [first = '', second = ''] = pathsOf(info);
    assert.deepEqual([...(await numbersIn(first)), ...(await numbersIn(second))], count(2, 80));
  });
});
test('a low disk deletes the oldest delivered recording and never an undelivered one', async (t) => {
  const folder = await folderOf(t);
  const { bavail, blocks } = await statfs(folder);
  const percent = (bavail / blocks) * 100;
  // The mark lies above what is free, whatever others remove meanwhile, so that all delivered ones go.
  const disk = { warnFreePercent: percent + 10, cleanFreePercent: percent + 10, checkEveryMs: 3_600_000 };
  const bench = await rig(t, { folder, settings: { disk } });
  const { encoder, recorder } = bench;
  encoder.run(20);
  const ids: string[] = [];
  for (let take = 0; take < 3; take++) {
    const handle = recorder.start({});
    await handle.started;
    await recorder.stop();
    await handle.finished;
    ids.push(handle.id);
  }
  const [first = '', second = '', third = ''] = ids;
  recorder.markDelivered(second);
  await recorder.lookAtDisks();
  assert.deepEqual(
    recorder.list().map(({ id }) => id),
    [first, third],
  );
  assert.equal(existsSync(join(folder, second)), false);
  assert.ok(existsSync(join(folder, first)) && existsSync(join(folder, third)));
  assert.ok(bench.alarms().includes('disk_space'));
  const disks = bench.facts.flatMap((fact) => (fact.kind === 'disk' ? fact.disk : []));
  assert.ok((disks.at(-1)?.hoursLeft ?? 0) > 1);
});

test('the wall clock set back an hour neither moves the end nor spoils anything', (t) =>
  inTime(t, async (judge) => {
    let shiftMs = 0;
    const clock = { ...realClock, nowMs: () => realClock.nowMs() + shiftMs };
    const { encoder, recorder } = await rig(t, { clock });
    encoder.run(1);
    const startedMs = performance.now();
    const handle = recorder.start({ endsAtMs: clock.nowMs() + 1500 });
    shiftMs = -3_600_000;
    const { ptsTicks } = await handle.started;
    // What finishes the file comes after the end and gives way to everything else.
    await until('it ends', () => recorder.seen().take === undefined, { everyMs: 5 });
    const tookMs = performance.now() - startedMs;
    assert.ok(tookMs > 1400, `it ended after ${tookMs} ms`);
    judge('it ended after', tookMs, 3000);
    const info = await handle.finished;
    const numbers = await numbersIn(pathsOf(info)[0] ?? '');
    const first = Math.round((ptsTicks - encoder.ptsOf(0)) / FRAME_TICKS);
    assert.deepEqual(numbers, count(first, numbers.length));
    judge('frames are missing', ((18 - numbers.length) * 1000) / 15, 0);
    judge('it recorded', (numbers.length * 1000) / 15, 26_000 / 15);
    const { duration } = (await probe(pathsOf(info)[0] ?? '', '-show_format')).format;
    judge('the file lasts', Number(duration) * 1000, 2000);
  }));

test('an end can be moved; removal is refused while recording and complete afterwards', async (t) => {
  const { encoder, recorder, folder } = await rig(t);
  const endsAtMs = Date.now() + 60_000;
  const handle = recorder.start({ endsAtMs, bookingId: 'b1' });
  assert.equal(recorder.endAt(endsAtMs + 300_000), true);
  assert.equal(recorder.find(handle.id)?.endsAtMs, endsAtMs + 300_000);
  encoder.step(20);
  await handle.started;
  await assert.rejects(recorder.remove(handle.id), /being recorded/);
  assert.throws(() => recorder.start({}), /already recording/);
  const stopped = recorder.stop();
  encoder.step(20);
  await stopped;
  await handle.finished;
  assert.equal(await recorder.remove(handle.id), true);
  assert.equal(recorder.find(handle.id), undefined);
  await assert.rejects(stat(join(folder, handle.id)), /ENOENT/);
});
