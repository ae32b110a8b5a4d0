// In a process of its own: it measures memory, and what other files leave would be collected meanwhile.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesOf, type Picture } from '#agent/media/pictures/i420.ts';
import { openPictureMemory, type PictureMemory } from '#agent/media/pictures/picture-memory.ts';
import { openPicturePool, type PicturePool } from '#agent/media/pictures/picture-pool.ts';

const SIZE = { widthPx: 640, heightPx: 360 };
const BYTES = bytesOf(SIZE);
const MOST = 28;

const draw = ({ bytes }: PictureMemory, { address }: Picture, value: number): void =>
  void bytes.fill(value, address, address + BYTES);

/** Draws and sends as many as may be on their way. */
function sendAll(memory: PictureMemory, pool: PicturePool) {
  return Array.from({ length: MOST }, (_, value) => {
    const picture = pool.take()!;
    draw(memory, picture, value);
    return pool.send(picture);
  });
}

// The first, before there is anything of the others to collect.
test('pictures that waited leave no memory behind, in the kernels or outside', () => {
  // There is room for a few pictures alone.
  const memory = openPictureMemory(BYTES * 6);
  const pool = openPicturePool(memory, SIZE, MOST);
  const before = process.memoryUsage().arrayBuffers;
  for (let round = 0; round < 3; round++) {
    const sent = sendAll(memory, pool);
    assert.ok(process.memoryUsage().arrayBuffers - before > BYTES * 20);
    for (const { done } of sent) done();
    assert.ok(process.memoryUsage().arrayBuffers - before < BYTES * 3, 'copies are kept');
    for (let calm = 0; calm <= 30; calm++) pool.send(pool.take()!).done();
    assert.ok(process.memoryUsage().arrayBuffers - before < BYTES, 'copies are kept in calm');
  }
});

test('pictures on their way stay as they were drawn, and are no more than so many', () => {
  const memory = openPictureMemory(8 << 20);
  const pool = openPicturePool(memory, SIZE, MOST);
  const sent = sendAll(memory, pool);
  assert.equal(pool.take(), undefined);
  for (const [value, { bytes }] of sent.entries()) {
    assert.equal(bytes.length, BYTES);
    assert.ok(
      bytes.every((byte) => byte === value),
      `picture ${value} was drawn over`,
    );
  }
  sent[20]!.done();
  sent[1]!.done();
  draw(memory, pool.take()!, 99);
  for (const value of [0, 2, 19, 27]) assert.ok(sent[value]!.bytes.every((byte) => byte === value));
});

test('an encoder that stays behind gets its pictures in the same memory again', () => {
  const memory = openPictureMemory(8 << 20);
  const pool = openPicturePool(memory, SIZE, MOST);
  const sent = sendAll(memory, pool).slice(0, 10);
  const used = new Set(sent.map(({ bytes }) => bytes.buffer));
  for (let round = 0; round < 100; round++) {
    sent.shift()!.done();
    const picture = pool.take()!;
    draw(memory, picture, round);
    sent.push(pool.send(picture));
    assert.ok(used.has(sent.at(-1)!.bytes.buffer), 'new memory');
    assert.ok(sent.at(-1)!.bytes.every((byte) => byte === round));
  }
});

test('a picture that was taken and not sent is taken again', () => {
  const memory = openPictureMemory(8 << 20);
  const pool = openPicturePool(memory, SIZE, MOST);
  const first = pool.take();
  for (let round = 0; round < MOST * 2; round++) assert.equal(pool.take(), first);
});
