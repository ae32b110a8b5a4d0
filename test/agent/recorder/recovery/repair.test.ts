import assert from 'node:assert/strict';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { repairFile, type Repair } from '#agent/recorder/recovery/repair.ts';
import { openFmp4 } from '#lib/media/fmp4.ts';
import { folderFor, FRAME_TICKS, fragmented, picture, sound, WITH_SOUND } from '../samples.ts';

interface Repaired {
  found: Repair;
  after: Buffer;
}

async function repaired(t: TestContext, before: Buffer): Promise<Repaired> {
  const path = join(await folderFor(t), 'file.mp4');
  await writeFile(path, before);
  const found = await repairFile(path);
  return { found, after: await readFile(path) };
}

test('a file that is whole stays as it is, and is measured', async (t) => {
  const { bytes } = fragmented(30);
  const { found, after } = await repaired(t, bytes);
  assert.deepEqual(found, { kind: 'fragmented', bytes: bytes.length, cutBytes: 0, pictures: 30, durationMs: 2000 });
  assert.ok(after.equals(bytes));
});

test('a length counts from the first picture, wherever that is', async (t) => {
  const { found } = await repaired(t, fragmented(15, 900).bytes);
  assert.equal(found.kind === 'fragmented' && found.durationMs, 1000);
});

test('torn at any place, it ends with its last whole fragment', async (t) => {
  const { bytes, ends } = fragmented(4);
  const [first = 0, second = 0, third = 0, fourth = 0] = ends;
  const places: [number, number, number][] = [
    [fourth - 1, third, 3],
    [third + 1, third, 3],
    [third + 8, third, 3],
    [third + 60, third, 3],
    [third, third, 3],
    [second + 7, second, 2],
    [first, first, 1],
    [second - 1, first, 1],
  ];
  for (const [size, keeps, pictures] of places) {
    const { found, after } = await repaired(t, bytes.subarray(0, size));
    assert.ok(found.kind === 'fragmented', `${size}`);
    assert.deepEqual([found.bytes, found.cutBytes, found.pictures], [keeps, size - keeps, pictures], `${size}`);
    assert.ok(after.equals(bytes.subarray(0, keeps)), `${size}`);
  }
});

test('a tail of zeros or of rubbish, as after a power cut, is cut off', async (t) => {
  const { bytes } = fragmented(3);
  for (const tail of [Buffer.alloc(5000), Buffer.alloc(700, 0xff), Buffer.from('moof'), fragmented(1).head]) {
    const { found, after } = await repaired(t, Buffer.concat([bytes, tail]));
    assert.deepEqual(found.kind === 'fragmented' && [found.bytes, found.cutBytes], [bytes.length, tail.length]);
    assert.ok(after.equals(bytes));
  }
});

test('a fragment of the right length that holds zeros is none', async (t) => {
  const { bytes, ends } = fragmented(5);
  const [, , third = 0, fourth = 0] = ends;
  const spoilt = Buffer.from(bytes);
  spoilt.fill(0, fourth - 104, fourth);
  const { found, after } = await repaired(t, spoilt);
  assert.deepEqual(
    found.kind === 'fragmented' && [found.bytes, found.pictures],
    [third, 3],
    'and what follows goes too',
  );
  assert.ok(after.equals(bytes.subarray(0, third)));
});

test('only the last fragments are read whole: earlier ones were on the disk long before', async (t) => {
  const { bytes, ends } = fragmented(70);
  const spoiltAt = (index: number): Buffer => {
    const spoilt = Buffer.from(bytes);
    spoilt.fill(0, (ends[index] ?? 0) - 104, ends[index]);
    return spoilt;
  };
  const old = await repaired(t, spoiltAt(5));
  assert.equal(old.found.kind === 'fragmented' && old.found.pictures, 70);
  const recent = await repaired(t, spoiltAt(6));
  assert.equal(recent.found.kind === 'fragmented' && recent.found.pictures, 6);
});

test('sound counts neither as pictures nor for the length', async (t) => {
  const muxer = openFmp4(WITH_SOUND, { startTicks: 0 });
  const sounds = [0, 1920, 3840, 5760, 7680, 9600].map((ticks) => sound(ticks));
  const fragment = muxer.fragment([picture(0), ...sounds], { videoDtsTicks: FRAME_TICKS });
  const { found } = await repaired(t, Buffer.concat([muxer.init(), fragment]));
  assert.deepEqual(found.kind === 'fragmented' && [found.pictures, found.durationMs], [1, 67]);
});

test('what cannot be saved is not changed, and says why', async (t) => {
  const { bytes, head, ends } = fragmented(1);
  const rows: [Buffer, RegExp][] = [
    [Buffer.alloc(0), /does not begin as MP4/],
    [Buffer.from('<html>nothing here</html>'), /does not begin as MP4/],
    [Buffer.alloc(4096), /does not begin as MP4/],
    [head.subarray(0, 20), /does not begin as MP4|header is not whole/],
    [head.subarray(0, head.length - 1), /header is not whole/],
    [head, /not one whole fragment/],
    [bytes.subarray(0, (ends[0] ?? 0) - 1), /not one whole fragment/],
  ];
  for (const [before, reason] of rows) {
    const { found, after } = await repaired(t, before);
    assert.ok(found.kind === 'hopeless', `${before.length} bytes`);
    assert.match(found.reason, reason);
    assert.ok(after.equals(before));
  }
});

test('a finished file is known by its header, and not touched', async (t) => {
  const { head } = fragmented(1);
  const at = head.indexOf('mvex');
  const plain = Buffer.from(head);
  plain.write('free', at, 'latin1');
  const whole = Buffer.concat([plain, Buffer.alloc(100)]);
  const { found, after } = await repaired(t, whole);
  assert.deepEqual(found, { kind: 'plain' });
  assert.ok(after.equals(whole));
});

test('a file that is not there is no reason to throw', async (t) => {
  const found = await repairFile(join(await folderFor(t), 'none.mp4'));
  assert.match(found.kind === 'hopeless' ? found.reason : '', /ENOENT/);
});

const box = (type: string, content: Buffer): Buffer => {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + content.length);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, content]);
};

test('a finished file that ends too soon is told, and left as it is', async (t) => {
  const whole = Buffer.concat([
    box('ftyp', Buffer.from('isomiso2')),
    box('moov', Buffer.alloc(100)),
    box('mdat', Buffer.alloc(1000, 7)),
  ]);
  assert.deepEqual((await repaired(t, whole)).found, { kind: 'plain' });
  const { found, after } = await repaired(t, whole.subarray(0, -300));
  assert.deepEqual(found, { kind: 'cut', bytes: whole.length - 300, missingBytes: 300 });
  assert.equal(after.length, whole.length - 300);
});

test('of a file of another program, with boxes of its own between the fragments, nothing is cut', async (t) => {
  const { bytes } = fragmented(10);
  for (const type of ['styp', 'sidx', 'mfra', 'emsg']) {
    const foreign = Buffer.concat([bytes, box(type, Buffer.alloc(40)), bytes.subarray(bytes.indexOf('moof') - 4)]);
    const { found, after } = await repaired(t, foreign);
    assert.deepEqual(found, { kind: 'plain' }, type);
    assert.ok(after.equals(foreign), type);
  }
});

test('a link is not followed', async (t) => {
  const folder = await folderFor(t);
  const torn = fragmented(4).bytes.subarray(0, -5);
  await writeFile(join(folder, 'elsewhere.mp4'), torn);
  await symlink(join(folder, 'elsewhere.mp4'), join(folder, 'link.mp4'));
  assert.equal((await repairFile(join(folder, 'link.mp4'))).kind, 'hopeless');
  assert.ok((await readFile(join(folder, 'elsewhere.mp4'))).equals(torn));
});
