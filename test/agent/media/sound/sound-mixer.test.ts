import assert from 'node:assert/strict';
import test from 'node:test';
import type { Wanted } from '#agent/device/state.ts';
import type { InputFrame } from '#agent/media/inputs/input.ts';
import { openSoundMixer, type SoundMixer } from '#agent/media/sound/sound-mixer.ts';
import { openSoundRing, type SoundRing } from '#agent/media/sound/sound-ring.ts';
import { write } from '../pictures/landing.ts';

const CHANNEL = { gainDb: 0, muted: false, delayMs: 0 };
const MIX: Wanted['audio'] = { from: 'mix', channels: { A: CHANNEL, B: CHANNEL }, outputMuted: false, outputGainDb: 0 };
const PICTURE = { address: 0, widthPx: 2, heightPx: 2 };
const FRAME = 3200;

const frameAt = (sound: SoundRing, sample: number, waiting = false): InputFrame => ({
  picture: PICTURE,
  native: PICTURE,
  sample,
  rate: 1,
  sound,
  waiting,
});

/** `seconds` of a sound whose sample n (left and right) is `wave(n)`. */
function soundOf(seconds: number, wave: (n: number) => number): SoundRing {
  const ring = openSoundRing(seconds);
  const bytes = Buffer.alloc(seconds * 48_000 * 4);
  for (let n = 0; n < seconds * 48_000; n++) {
    const value = Math.round(wave(n) * 32767);
    bytes.writeInt16LE(value, n * 4);
    bytes.writeInt16LE(value, n * 4 + 2);
  }
  write(ring, bytes);
  return ring;
}

/** A straight line: each value says which sample it is. */
const LENGTH = 20 * 48_000;
const line = soundOf(20, (n) => n / LENGTH - 0.5);
const placeOf = (value: number): number => (value / 32767 + 0.5) * LENGTH;
const leftOf = (bytes: Buffer): number[] =>
  Array.from({ length: bytes.length / 4 }, (_, n) => bytes.readInt16LE(n * 4));
const placesOf = (bytes: Buffer): number[] => leftOf(bytes).map(placeOf);

/** Plays frames with these indices; gives the place that is heard at the start of each. */
function places(mixer: SoundMixer, indices: readonly number[]): number[][] {
  return indices.map((index) => placesOf(mixer.mix(MIX, { A: frameAt(line, index * FRAME) }, FRAME)));
}

const count = (from: number, length: number): number[] => Array.from({ length }, (_, n) => from + n);
/** The line has 16 bits: one step of it is so many samples. */
const COARSE = LENGTH / 65_534 + 1;

test('frames in order give exactly their sound, without a seam', () => {
  const heard = places(openSoundMixer(), count(10, 100)).flat();
  assert.equal(heard.length, 100 * FRAME);
  heard.forEach((place, n) => assert.ok(Math.abs(place - (10 * FRAME + n)) <= COARSE, `sample ${n}: ${place}`));
});

const FAST_FRAME = 1600;
const fastPlaces = (mixer: SoundMixer, indices: readonly number[]): number[][] =>
  indices.map((index) => placesOf(mixer.mix(MIX, { A: frameAt(line, index * FAST_FRAME) }, FAST_FRAME)));

test('at 30 frames/s a frame shown twice, or left out, slides unheard and is soon in step again', () => {
  for (const jump of [0, 2]) {
    const indices = [...count(10, 20), ...count(29 + jump, 200)];
    const heard = fastPlaces(openSoundMixer(), indices);
    const all = heard.flat();
    for (let n = 1; n < all.length; n++)
      assert.ok(Math.abs(all[n]! - all[n - 1]! - 1) < 2 * COARSE, `a jump of ${all[n]! - all[n - 1]!} samples`);
    const lateMs = heard.map((frame, n) => (frame[0]! - indices[n]! * FAST_FRAME) / 48);
    assert.ok(Math.max(...lateMs.map(Math.abs)) < 34, `${Math.max(...lateMs.map(Math.abs))} ms`);
    assert.ok(Math.abs(lateMs.at(-1)!) < 2, `${lateMs.at(-1)!} ms off at the end`);
    // No slower or faster than one in a hundred: nobody hears that.
    for (const frame of heard) assert.ok(Math.abs(frame.at(-1)! - frame[0]! - FAST_FRAME) < 17 + 2 * COARSE);
  }
});

test('a frame of 67 ms shown twice would put lips off: the sound crosses over, without a click', () => {
  for (const jump of [0, 2]) {
    const indices = [...count(10, 20), ...count(29 + jump, 10)];
    const heard = places(openSoundMixer(), indices);
    const all = heard.flat();
    for (let n = 1; n < all.length; n++)
      assert.ok(Math.abs(all[n]! - all[n - 1]!) < 3 * COARSE, `a click: ${all[n]! - all[n - 1]!} samples of the line`);
    heard.forEach((frame, n) => {
      // From 10 ms after the start of each frame on, what is heard belongs to the picture.
      for (const at of [480, 1600, 3199])
        assert.ok(Math.abs(frame[at]! - indices[n]! * FRAME - at) <= COARSE, `frame ${n} at ${at}: ${frame[at]}`);
    });
  }
});

test('whatever frames are shown, sound is never more than 45 ms from the picture', () => {
  for (const every of [4, 15, 30, 60]) {
    const indices: number[] = [];
    for (let index = 10, tick = 1; indices.length < 400; tick++, index += tick % every === 0 ? 2 : 1)
      indices.push(index);
    const heard = fastPlaces(openSoundMixer(), indices);
    const lateMs = heard.map((frame, n) => (frame[480]! - indices[n]! * FAST_FRAME - 480) / 48);
    assert.ok(Math.max(...lateMs.map(Math.abs)) <= 45, `${every}: ${Math.max(...lateMs.map(Math.abs))} ms`);
  }
});

test('a jump that cannot be slid over is made at once', () => {
  const heard = places(openSoundMixer(), [10, 11, 12, 40, 41]);
  assert.ok(Math.abs(heard[3]![480]! - 40 * FRAME - 480) <= COARSE);
  assert.ok(Math.abs(heard[4]![0]! - 41 * FRAME) <= COARSE);
});

test('no picture, or a first picture that waits: silence of the right length', () => {
  const mixer = openSoundMixer();
  const silence = mixer.mix(MIX, {}, 777);
  assert.equal(silence.length, 777 * 4);
  assert.ok(silence.every((byte) => byte === 0));
  assert.ok(mixer.mix(MIX, { A: frameAt(line, 0, true) }, FRAME).every((byte) => byte === 0));
  assert.deepEqual(mixer.levels().output, { leftDb: -150, rightDb: -150 });
});

test('another source on the channel begins where its picture is', () => {
  const mixer = openSoundMixer();
  places(mixer, count(10, 5));
  const other = soundOf(2, () => 0.25);
  const bytes = mixer.mix(MIX, { A: frameAt(other, 0) }, FRAME);
  assert.ok(leftOf(bytes).every((value) => value === 8192));
});

test('gain, mute, delay and choice of the channel', () => {
  const quarter = soundOf(2, () => 0.25);
  const eighth = soundOf(2, () => 0.125);
  const shown = { A: frameAt(quarter, 0), B: frameAt(eighth, 0) };
  const first = (audio: Partial<Wanted['audio']>): number =>
    openSoundMixer()
      .mix({ ...MIX, ...audio }, shown, FRAME)
      .readInt16LE(400);
  const near = (value: number, part: number): void => assert.ok(Math.abs(value - part * 32768) <= 3, `${value}`);
  near(first({}), 0.375);
  near(first({ from: 'A' }), 0.25);
  near(first({ from: 'B' }), 0.125);
  near(first({ outputMuted: true }), 0);
  near(first({ channels: { A: { ...CHANNEL, muted: true }, B: CHANNEL } }), 0.125);
  near(first({ channels: { A: { ...CHANNEL, gainDb: 6.0206 }, B: { ...CHANNEL, gainDb: -6.0206 } } }), 0.5 + 0.0625);
  const delayed = { ...MIX, channels: { A: { ...CHANNEL, delayMs: 250 }, B: CHANNEL } };
  const places = placesOf(openSoundMixer().mix(delayed, { A: frameAt(line, 48_000) }, FRAME));
  places.forEach((place, n) => assert.ok(Math.abs(place - (48_000 - 12_000 + n)) <= COARSE));
});

test('too loud is clipped, never wrapped round', () => {
  const loud = soundOf(1, () => 0.9);
  const bytes = openSoundMixer().mix(MIX, { A: frameAt(loud, 0), B: frameAt(loud, 0) }, FRAME);
  assert.ok(leftOf(bytes).every((value) => value === 32767));
  const low = soundOf(1, () => -0.9);
  const under = openSoundMixer().mix(MIX, { A: frameAt(low, 0), B: frameAt(low, 0) }, FRAME);
  assert.ok(leftOf(under).every((value) => value === -32768));
});

test('meters tell the highest peak since they were read, each ear for itself', () => {
  const ring = openSoundRing(1);
  const bytes = Buffer.alloc(FRAME * 4);
  for (let n = 0; n < FRAME; n++) bytes.writeInt16LE(n === 77 ? -16_384 : 0, n * 4);
  write(ring, bytes);
  const mixer = openSoundMixer();
  mixer.mix({ ...MIX, from: 'B' }, { A: frameAt(ring, 0) }, FRAME);
  mixer.mix({ ...MIX, from: 'B' }, {}, FRAME);
  const silence = { leftDb: -150, rightDb: -150 };
  assert.deepEqual(mixer.levels(), { A: { leftDb: -6, rightDb: -150 }, B: silence, output: silence });
  assert.deepEqual(mixer.levels().A, silence);
});

test('the output is softer by its gain, whatever the channels are', () => {
  const loud = soundOf(2, () => 0.5);
  const heard = (outputGainDb: number): number =>
    leftOf(openSoundMixer().mix({ ...MIX, outputGainDb }, { A: frameAt(loud, FRAME) }, FRAME))[FRAME - 1] ?? 0;
  assert.ok(Math.abs(heard(-20) * 10 - heard(0)) <= 10, `${heard(-20)} of ${heard(0)}`);
  assert.equal(heard(-100), 0);
});
