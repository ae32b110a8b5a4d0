import assert from 'node:assert/strict';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Catalog } from '#agent/recorder/catalog/catalog.ts';
import { inspectDestination, type Destination } from '#agent/recorder/storage/destinations.ts';
import { openStorage } from '#agent/recorder/storage/storage.ts';
import { smallDisk } from '#test/support/disks.ts';
import { cannotMount, openFileSystem } from '#test/support/odd-file-system.ts';
import { virtualClock } from '#test/support/virtual-clock.ts';
import { folderFor } from '../samples.ts';

const catalogOf = (bytesIn: (name: string) => number = () => 0): Catalog => ({ bytesIn }) as Catalog;

test('a destination that needs no mount is made, and its space is told', async (t) => {
  const folder = join(await folderFor(t), 'a', 'b');
  const seen = await inspectDestination({ name: 'internal', folder, minFreeBytes: 0 });
  assert.ok((await stat(folder)).isDirectory());
  assert.deepEqual([seen.destination, seen.folder, seen.usable, seen.reason], ['internal', folder, true, undefined]);
  assert.ok(seen.freeBytes > 0 && seen.totalBytes >= seen.freeBytes);
});

test('a destination is refused with its reason, and its space where that is known', async (t) => {
  const root = await folderFor(t);
  await writeFile(join(root, 'file'), '');
  await mkdir(join(root, 'plain'));
  const look = async (folder: string, more: Partial<Destination>, usedBytes = 0) => {
    const { usable, reason, totalBytes } = await inspectDestination(
      { name: 'd', folder: join(root, folder), minFreeBytes: 0, ...more },
      usedBytes,
    );
    assert.equal(usable, false);
    return [reason, totalBytes > 0];
  };
  assert.deepEqual(await look('plain', { minFreeBytes: Number.MAX_SAFE_INTEGER }), ['is full', true]);
  assert.deepEqual(await look('plain', { maxBytes: 10 }, 10), ['has used up its share', true]);
  assert.deepEqual(await look('plain', { mustBeMount: true }), ['nothing is mounted there', false]);
  assert.deepEqual(await look('file', { mustBeMount: true }), ['is no folder', false]);
  const [missing] = await look('missing', { mustBeMount: true });
  assert.match(String(missing), /ENOENT/);
  assert.deepEqual((await readdir(root)).toSorted(), ['file', 'plain'], 'what must be a mount is never made');
});

test('a share that is not used up is usable, and a mount is one', async (t) => {
  const folder = await folderFor(t);
  const within = await inspectDestination({ name: 'd', folder, minFreeBytes: 0, maxBytes: 10 }, 9);
  assert.equal(within.usable, true);
  const disk = await smallDisk(t, 1 << 20);
  if (!disk) return t.skip('no disk may be mounted here');
  const mounted = await inspectDestination({ name: 'd', folder: disk, minFreeBytes: 0, mustBeMount: true });
  assert.deepEqual([mounted.usable, mounted.totalBytes], [true, 1 << 20]);
});

test('a disk that does not tell its size is not full', async (t) => {
  const disk = await smallDisk(t, 0);
  if (!disk) return t.skip('no disk may be mounted here');
  const destination = { name: 'network', folder: disk, minFreeBytes: 1 << 30, mustBeMount: true };
  const seen = await inspectDestination(destination);
  assert.deepEqual([seen.usable, seen.reason, seen.totalBytes], [true, undefined, 0]);
  assert.equal((await openStorage([destination], virtualClock(), catalogOf()).choose()).name, 'network');
  const shared = await inspectDestination({ ...destination, maxBytes: 10 }, 10);
  assert.equal(shared.reason, 'has used up its share', 'what recordings have is known');
});

test('destinations are tried in order, the preferred one first', async (t) => {
  const root = await folderFor(t);
  const all = ['a', 'b', 'c'].map((name) => ({ name, folder: join(root, name), minFreeBytes: 0 }));
  const storage = openStorage(all, virtualClock(), catalogOf());
  assert.equal((await storage.choose()).name, 'a');
  assert.equal((await storage.choose('c')).name, 'c');
  assert.equal((await storage.choose('unknown')).name, 'a');
});

test('one that failed comes last for a minute, even if it is preferred, and still before nothing', async (t) => {
  const root = await folderFor(t);
  const clock = virtualClock();
  const all = ['a', 'b'].map((name) => ({ name, folder: join(root, name), minFreeBytes: 0 }));
  const storage = openStorage(all, clock, catalogOf());
  storage.avoid('a');
  assert.equal((await storage.choose('a')).name, 'b');
  clock.advance(59_999);
  assert.equal((await storage.choose('a')).name, 'b');
  clock.advance(1);
  assert.equal((await storage.choose('a')).name, 'a');
  storage.avoid('a');
  storage.avoid('b');
  assert.equal((await storage.choose('b')).name, 'b', 'where all failed, one is better than none');
});

test('if none is usable, each reason is told', async (t) => {
  const root = await folderFor(t);
  const all = [
    { name: 'full', folder: join(root, 'full'), minFreeBytes: Number.MAX_SAFE_INTEGER },
    { name: 'usb', folder: root, minFreeBytes: 0, mustBeMount: true },
  ];
  const storage = openStorage(all, virtualClock(), catalogOf());
  const message = `full (${join(root, 'full')}) is full; usb (${root}) nothing is mounted there`;
  await assert.rejects(storage.choose(), { code: 'NOWHERE', message });
  await assert.rejects(openStorage([], virtualClock(), catalogOf()).choose(), {
    code: 'NOWHERE',
    message: 'no destination is configured',
  });
});

test('a share is compared with what recordings take there', async (t) => {
  const root = await folderFor(t);
  const all = [
    { name: 'shared', folder: join(root, 'shared'), minFreeBytes: 0, maxBytes: 100 },
    { name: 'other', folder: join(root, 'other'), minFreeBytes: 0 },
  ];
  const used = new Map([
    ['shared', 100],
    ['other', 1e9],
  ]);
  const storage = openStorage(
    all,
    virtualClock(),
    catalogOf((name) => used.get(name) ?? 0),
  );
  assert.equal((await storage.choose('shared')).name, 'other');
  assert.deepEqual(
    (await storage.inspect()).map(({ usable }) => usable),
    [false, true],
  );
});

test('the folder of a recording is made once', async (t) => {
  const root = await folderFor(t);
  const destination = { name: 'a', folder: root, minFreeBytes: 0 };
  const storage = openStorage([destination], virtualClock(), catalogOf());
  assert.equal(storage.folderOf(destination, 'B'), join(root, 'B'));
  assert.deepEqual(
    [await storage.makeFolder(destination, 'B'), await storage.makeFolder(destination, 'B')],
    [true, false],
  );
  const gone = { ...destination, folder: join(root, 'gone') };
  await assert.rejects(storage.makeFolder(gone, 'B'), { code: 'ENOENT' });
});

test('a slow disk is usable if each of its answers comes in time', { skip: await cannotMount('fuse') }, async (t) => {
  const disk = await openFileSystem(t, 'fuse', 'slow=300');
  const beganMs = performance.now();
  const destination = { name: 'network', folder: disk.folder, minFreeBytes: 0, mustBeMount: true };
  const seen = await inspectDestination(destination);
  assert.deepEqual([seen.usable, seen.reason], [true, undefined]);
  assert.ok(performance.now() - beganMs > 1000, 'it is slow');
  await disk.does('slow=4000');
  assert.deepEqual((await inspectDestination(destination)).reason, 'does not answer');
  await disk.does('');
});
