import assert from 'node:assert/strict';
import test from 'node:test';
import { openSoundRing } from '#agent/media/sound/sound-ring.ts';
import { between, seeded } from '#test/support/seeded.ts';
import { write } from '../pictures/landing.ts';

/** Stereo: sample n is n left and -n right. */
function ramp(from: number, samples: number): Buffer {
  const bytes = Buffer.alloc(samples * 4);
  for (let n = 0; n < samples; n++) {
    bytes.writeInt16LE((from + n) % 30_000, n * 4);
    bytes.writeInt16LE(-((from + n) % 30_000), n * 4 + 2);
  }
  return bytes;
}

const left = (into: Float32Array): number[] => [...into].filter((_, n) => n % 2 === 0).map((value) => value * 32768);

test('bytes cut anywhere come out as the samples they were', () => {
  const random = seeded(1);
  const ring = openSoundRing(1);
  const bytes = ramp(0, 20_000);
  for (let at = 0; at < bytes.length;) {
    const size = between(random, 1, 41);
    write(ring, bytes.subarray(at, at + size));
    at += size;
  }
  assert.equal(ring.samples, 20_000);
  const into = new Float32Array(2 * 19_000);
  assert.equal(ring.read(1000, 1, into), 19_000);
  for (let n = 0; n < 19_000; n++) {
    assert.equal(into[2 * n]! * 32768, 1000 + n);
    assert.equal(into[2 * n + 1]! * 32768, -1000 - n);
  }
});

test('half a sample waits for its other half', () => {
  const ring = openSoundRing(1);
  write(ring, Buffer.from([1, 0, 2]));
  assert.equal(ring.samples, 0);
  write(ring, Buffer.from([0]));
  assert.equal(ring.samples, 1);
});

test('what has not come, or is overwritten, is silence', () => {
  const ring = openSoundRing(1);
  write(ring, ramp(0, 48_000 + 100));
  const into = new Float32Array(8).fill(9);
  assert.equal(ring.read(98, 1, into), 2);
  assert.deepEqual(left(into), [0, 0, 100, 101]);
  assert.equal(ring.read(48_098, 1, into), 2);
  assert.deepEqual(left(into), [48_098 % 30_000, 48_099 % 30_000, 0, 0]);
  assert.equal(ring.read(-2, 1, into), 0);
  assert.deepEqual(left(into), [0, 0, 0, 0]);
});

test('places between samples are drawn between them, at any step', () => {
  const ring = openSoundRing(1);
  write(ring, ramp(0, 1000));
  const into = new Float32Array(8);
  ring.read(100.5, 1, into);
  assert.deepEqual(left(into), [100.5, 101.5, 102.5, 103.5]);
  ring.read(100, 1.01, into);
  left(into).forEach((value, n) => assert.ok(Math.abs(value - (100 + n * 1.01)) < 0.01));
});
