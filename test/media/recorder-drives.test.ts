import assert from 'node:assert/strict';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { folderOf, smallDisk } from '#test/support/disks.ts';
import { numbersIn } from '#test/support/numbered-stream.ts';
import { pathsOf, rig } from '#test/support/recorder-rig.ts';
import { until } from '#test/support/until.ts';

test('a drive that comes after the start brings its recordings: finished ones as they are, broken ones recovered', async (t) => {
  const elsewhere = join(await folderOf(t), 'drive');
  const drive = { name: 'usbfront', minFreeBytes: 0 };
  const before = await rig(t, { settings: { destinations: [{ ...drive, folder: elsewhere }] } });
  const first = before.recorder.start({});
  before.encoder.step(40);
  await first.started;
  const stopped = before.recorder.stop();
  before.encoder.step(30);
  await stopped;
  const whole = await first.finished;
  const broken = before.recorder.start({});
  before.encoder.step(60);
  await until('it is being written', () => before.recorder.seen().bytes > 0);
  await before.recorder.close();

  const folder = await folderOf(t);
  const usb = join(folder, 'usb');
  await writeFile(usb, 'nothing is plugged in');
  const internal = { name: 'internal', folder: join(folder, 'internal'), minFreeBytes: 0 };
  const { recorder } = await rig(t, { settings: { destinations: [{ ...drive, folder: usb }, internal] } });
  assert.deepEqual(await recorder.recover(), []);
  assert.deepEqual(recorder.list(), []);
  await rm(usb);
  await rename(elsewhere, usb);
  await recorder.lookAtDisks();
  await until('both are known and put in order', () =>
    [whole.id, broken.id].every((id) => recorder.find(id)?.parts.every(({ state }) => state === 'final') ?? false),
  );
  await until('the broken one is closed', () => recorder.find(broken.id)?.status === 'partial');
  assert.deepEqual([recorder.find(whole.id)?.status, recorder.find(whole.id)?.dbId], ['finished', whole.dbId]);
  for (const info of recorder.list())
    for (const path of pathsOf(info)) {
      assert.ok(path.startsWith(usb), path);
      assert.ok((await numbersIn(path)).length > 20, path);
    }
});

test('a drive that goes and comes back: its parts are no longer lost', async (t) => {
  const folder = await folderOf(t);
  const usb = join(folder, 'usb');
  const destinations = [
    { name: 'usbfront', folder: usb, minFreeBytes: 0 },
    { name: 'internal', folder: join(folder, 'internal'), minFreeBytes: 0 },
  ];
  const before = await rig(t, { settings: { destinations } });
  const handle = before.recorder.start({});
  before.encoder.step(40);
  await handle.started;
  await until('it is written', () => before.recorder.seen().destination === 'usbfront');
  before.recorder.moveTo('internal');
  before.encoder.step(40);
  await until('it is written elsewhere', () => before.recorder.seen().destination === 'internal');
  const stopped = before.recorder.stop();
  before.encoder.step(30);
  await stopped;
  await handle.finished;
  await before.recorder.close();

  await rename(usb, `${usb}-away`);
  await writeFile(usb, '');
  const { recorder } = await rig(t, { settings: { destinations } });
  await recorder.recover();
  assert.deepEqual(
    recorder.find(handle.id)?.parts.map(({ state }) => state),
    ['lost', 'final'],
  );
  await rm(usb);
  await rename(`${usb}-away`, usb);
  await recorder.lookAtDisks();
  await until(
    'all of it is there',
    () => recorder.find(handle.id)?.parts.every(({ state }) => state === 'final') ?? false,
  );
  await until('it is closed', () => recorder.find(handle.id)?.status === 'finished');
});

test('a part that could not be finalised for lack of room is, once there is room', async (t) => {
  const small = await smallDisk(t, 8 << 20);
  if (!small) return t.skip('this machine does not let us mount a small disk');
  const ballast = join(small, 'ballast');
  await writeFile(ballast, Buffer.alloc(4 << 20));
  const destinations = [{ name: 'internal', folder: small, minFreeBytes: 0 }];
  const bench = await rig(t, { settings: { destinations } });
  const { encoder, recorder } = bench;
  const handle = recorder.start({});
  encoder.step(40);
  await handle.started;
  const stopped = recorder.stop();
  encoder.step(30);
  await stopped;
  const info = await handle.finished;
  assert.equal(info.parts[0]?.state, 'written');
  assert.ok(bench.alarms().includes('disk_error'));
  await recorder.lookAtDisks();
  await rm(ballast);
  await recorder.lookAtDisks();
  await until('it is finalised', () => recorder.find(handle.id)?.parts[0]?.state === 'final');
  await until('the alarm is over', () =>
    bench.facts.some((fact) => fact.kind === 'alarm' && 'clear' in fact && fact.clear.name === 'disk_error'),
  );
  const [path = ''] = pathsOf(info);
  assert.ok((await numbersIn(path)).length >= 38);
});
