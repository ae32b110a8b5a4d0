// In a process of its own: it measures memory, and what other files leave would be collected meanwhile.
import assert from 'node:assert/strict';
import test from 'node:test';
import { openFrameRing, type FrameRing } from '#agent/media/pictures/frame-ring.ts';
import { openPictureMemory, type PictureMemory } from '#agent/media/pictures/picture-memory.ts';
import { between, seeded } from '#test/support/seeded.ts';

const SIZE = { widthPx: 16, heightPx: 8 };
const BYTES = 192;
/** A frame comes, in pieces of at most so many bytes. */
function write(ring: FrameRing, bytes: Buffer, mostBytes = bytes.length): void {
  ring.begins(bytes.length);
  writePart(ring, bytes, mostBytes);
}
function writePart(ring: FrameRing, bytes: Buffer, mostBytes = bytes.length): void {
  for (let at = 0; at < bytes.length;) {
    const room = ring.room();
    const count = Math.min(room.length, mostBytes, bytes.length - at);
    room.set(bytes.subarray(at, at + count));
    at += count;
    ring.landed(count);
  }
}
const frameOf = (index: number): Buffer => Buffer.alloc(BYTES, index + 1);
const openRing = (memory: PictureMemory, slots: number, onFrame: (index: number) => void = () => undefined) =>
  openFrameRing({ memory, size: SIZE, slots, places: slots, onFrame });

/** Whether a frame can be read, and is the one that came with this number. */
function isThere(memory: PictureMemory, ring: FrameRing, index: number): boolean {
  const picture = ring.frame(index);
  if (!picture) return false;
  const bytes = memory.bytes.subarray(picture.address, picture.address + BYTES);
  assert.ok(
    bytes.every((byte) => byte === ((index + 1) & 255)),
    `frame ${index} is another`,
  );
  return true;
}

// The first, before there is anything of the others to collect.
test('a burst leaves no memory behind', () => {
  const memory = openPictureMemory(8 << 20);
  const size = { widthPx: 640, heightPx: 360 };
  const ring = openFrameRing({ memory, size, slots: 11, places: 4, onFrame: () => undefined });
  const frame = Buffer.alloc(345_600, 7);
  const before = process.memoryUsage().arrayBuffers;
  const held = (): number => (process.memoryUsage().arrayBuffers - before) / frame.length;
  for (let count = 0; count < 200; count++) write(ring, frame);
  assert.ok(held() >= 6 && held() < 9, `${held()} frames of a burst`);
  ring.frame(ring.newest);
  // The one that is coming is outside, until a place is free.
  assert.ok(held() < 2, `${held()} frames after it`);
  for (let count = 0; count < 3; count++) {
    write(ring, frame);
    ring.frame(ring.newest);
  }
  assert.ok(held() < 1, `${held()} frames in the end`);
});

test('frames cut anywhere become whole, and each is told once', () => {
  const memory = openPictureMemory(2 << 20);
  const random = seeded(6);
  const told: number[] = [];
  const ring = openRing(memory, 5, (index) => {
    told.push(index);
    const { address } = ring.frame(index)!;
    assert.ok(memory.bytes.subarray(address, address + BYTES).every((byte) => byte === index + 1));
  });
  for (let index = 0; index < 50; index++) write(ring, frameOf(index), between(random, 1, 300));
  assert.deepEqual(
    told,
    Array.from({ length: 50 }, (_, index) => index),
  );
  assert.equal(ring.newest, 49);
});

test('a frame can be read until its place is written again', () => {
  const memory = openPictureMemory(2 << 20);
  const ring = openRing(memory, 4);
  assert.equal(ring.frame(0), undefined);
  for (let index = 0; index < 7; index++) write(ring, frameOf(index));
  // Half of the next one: it goes over the oldest.
  ring.begins(BYTES);
  writePart(ring, frameOf(7).subarray(0, 100));
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
  const ring = openRing(memory, 4, () => assert.fail('told'));
  ring.close();
  ring.close();
  const first = memory.allocate(BYTES * 4);
  const second = memory.allocate(BYTES * 4);
  assert.notEqual(first, second, 'given back twice');
  memory.bytes.fill(9, first, first + BYTES * 4);
  write(ring, frameOf(3));
  assert.ok(memory.bytes.subarray(first, first + BYTES * 4).every((byte) => byte === 9));
});

test('a burst finds room outside of the picture memory, and is shown from it', () => {
  const memory = openPictureMemory(2 << 20);
  const random = seeded(9);
  const [slots, places] = [11, 4];
  const ring = openFrameRing({ memory, size: SIZE, slots, places, onFrame: () => undefined });
  let shown = 0;
  const all: number[] = [];
  for (let round = 0; round < 3000; round++) {
    const burst = between(random, 0, 4) === 0 ? between(random, 2, 14) : between(random, 0, 2);
    for (let count = 0; count < burst; count++) write(ring, frameOf(ring.newest + 1).fill((ring.newest + 2) & 255));
    // Part of a frame, which must not touch those that wait.
    if (round % 3 === 0) {
      ring.begins(BYTES);
      ring.room().fill(0);
    }
    const from = Math.max(shown, ring.oldest);
    assert.equal(ring.oldest, Math.max(shown, ring.newest + 2 - slots, 0));
    shown = Math.min(ring.newest, from + between(random, 0, 3));
    if (shown < 0) continue;
    assert.ok(isThere(memory, ring, shown), `${shown} of ${ring.newest}`);
    assert.ok(isThere(memory, ring, shown), 'it can be read again');
    const { address } = ring.frame(shown)!;
    all.push(address);
  }
  assert.ok(new Set(all).size <= places, 'no more memory than that of its places');
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
