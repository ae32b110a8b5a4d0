import assert from 'node:assert/strict';
import test from 'node:test';
import { openFrameRing } from '#agent/media/pictures/frame-ring.ts';
import { openPictureMemory } from '#agent/media/pictures/picture-memory.ts';
import { between, seeded } from '#test/support/seeded.ts';
import { write } from './landing.ts';

const SIZE = { widthPx: 16, heightPx: 8 };
const BYTES = 192;
const frameOf = (index: number): Buffer => Buffer.alloc(BYTES, index + 1);

test('frames cut anywhere become whole, and each is told once', () => {
  const memory = openPictureMemory(2 << 20);
  const random = seeded(6);
  const told: number[] = [];
  const ring = openFrameRing(memory, SIZE, 5, (index) => {
    told.push(index);
    const { address } = ring.frame(index)!;
    assert.ok(memory.bytes.subarray(address, address + BYTES).every((byte) => byte === index + 1));
  });
  const all = Buffer.concat(Array.from({ length: 50 }, (_, index) => frameOf(index)));
  for (let at = 0; at < all.length;) {
    const size = between(random, 1, 500);
    write(ring, all.subarray(at, at + size));
    at += size;
  }
  assert.deepEqual(
    told,
    Array.from({ length: 50 }, (_, index) => index),
  );
  assert.equal(ring.newest, 49);
});

test('a frame can be read until its place is written again', () => {
  const memory = openPictureMemory(2 << 20);
  const ring = openFrameRing(memory, SIZE, 4, () => undefined);
  assert.equal(ring.frame(0), undefined);
  for (let index = 0; index < 7; index++) write(ring, frameOf(index));
  // Half of the next one: it goes over the oldest.
  write(ring, frameOf(7).subarray(0, 100));
  for (const index of [-1, 0, 3, 7, 8]) assert.equal(ring.frame(index), undefined, `${index}`);
  for (const index of [4, 5, 6]) {
    const { address } = ring.frame(index)!;
    assert.ok(
      memory.bytes.subarray(address, address + BYTES).every((byte) => byte === index + 1),
      `${index}`,
    );
  }
});

test('a closed ring writes nothing any more: its memory is somebody else’s', () => {
  const memory = openPictureMemory(2 << 20);
  const ring = openFrameRing(memory, SIZE, 4, () => assert.fail('told'));
  ring.close();
  ring.close();
  const first = memory.allocate(BYTES * 4);
  const second = memory.allocate(BYTES * 4);
  assert.notEqual(first, second, 'given back twice');
  memory.bytes.fill(9, first, first + BYTES * 4);
  write(ring, frameOf(3));
  assert.ok(memory.bytes.subarray(first, first + BYTES * 4).every((byte) => byte === 9));
});

test('memory: aligned, never lent twice, and used up with a word', () => {
  const memory = openPictureMemory(1 << 20);
  const random = seeded(8);
  const lent = new Map<number, number>();
  for (let round = 0; round < 2000; round++) {
    if (lent.size > 20) {
      const [address, size] = [...lent][between(random, 0, lent.size - 1)]!;
      lent.delete(address);
      memory.release(address, size);
    }
    const size = between(random, 1, 9000);
    const address = memory.allocate(size);
    assert.equal(address % 16, 0);
    for (const [other, bytes] of lent)
      assert.ok(address + size <= other || other + bytes <= address, `${address} overlaps ${other}`);
    lent.set(address, size);
  }
  assert.throws(() => memory.allocate(2 << 20), /picture memory of 1048576 bytes is used up/);
});
