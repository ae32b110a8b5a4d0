import assert from 'node:assert/strict';
import test from 'node:test';
import { BEEP_HZ, SAMPLE_RATE_HZ, beepLengthMs } from '#simulator/signal.ts';
import { music, soundOf, voice, type Background } from '#simulator/sound.ts';
import { openListener } from '#simulator/verdict/listen.ts';

const [SLIDES_HZ, CAMERA_HZ] = [...BEEP_HZ.values()] as [number, number];
const VOICE = voice();
const MUSIC = music();

/** A second of sound with a beep that begins at `startSample`, mono. */
function beeping(background: Background, hz: number, startSample: number, slot: number): Int16Array {
  const stereo = soundOf(background, hz, { startSample, slot }, 0, SAMPLE_RATE_HZ, () => 1500);
  return Int16Array.from({ length: SAMPLE_RATE_HZ }, (_, at) => stereo.readInt16LE(at * 4));
}

function heard(samples: Int16Array, chunk = samples.length) {
  const listener = openListener();
  for (let at = 0; at < samples.length; at += chunk) listener.hear(samples.subarray(at, at + chunk));
  return listener;
}

test('a beep is found to a tenth of a millisecond, in voice and music, with its length', () => {
  for (const [background, hz] of [
    [VOICE, CAMERA_HZ],
    [MUSIC, SLIDES_HZ],
  ] as const)
    for (const slot of [0, 1, 2, 3])
      for (const start of [20_000, 20_017, 23_456]) {
        const beeps = heard(beeping(background, hz, start, slot), 1000).beeps();
        assert.equal(beeps.length, 1);
        assert.equal(beeps[0]!.hz, hz);
        assert.equal(beeps[0]!.lengthMs, beepLengthMs(slot));
        assert.ok(Math.abs(beeps[0]!.startSample - start) < 5, `${start} was heard at ${beeps[0]!.startSample}`);
      }
});

test('both sources beeping at once, quietly, are told apart', () => {
  const a = beeping(MUSIC, SLIDES_HZ, 20_000, 1);
  const b = beeping(VOICE, CAMERA_HZ, 21_440, 1);
  const beeps = heard(a.map((sample, at) => Math.round((sample + b[at]!) * 0.2))).beeps();
  assert.deepEqual(
    beeps.map(({ hz, startSample }) => [hz, Math.round(startSample / 48)]),
    [
      [SLIDES_HZ, Math.round(20_000 / 48)],
      [CAMERA_HZ, Math.round(21_440 / 48)],
    ],
  );
});

test('voice, music and noise alone are no beeps', () => {
  for (const { samples } of [VOICE, MUSIC])
    assert.deepEqual(heard(Int16Array.from(samples, (value) => value * 32_767)).beeps(), []);
  let state = 1;
  const noise = Int16Array.from(
    { length: SAMPLE_RATE_HZ * 2 },
    () => (state = (state * 1_103_515_245 + 12_345) | 0) >> 17,
  );
  assert.deepEqual(heard(noise).beeps(), []);
});

test('silence is heard, a pause in the voice is not', () => {
  const samples = Int16Array.from(VOICE.samples.subarray(0, 5 * SAMPLE_RATE_HZ), (value) => value * 32_767);
  assert.deepEqual(heard(samples).silence(500), []);
  samples.fill(0, SAMPLE_RATE_HZ, 2 * SAMPLE_RATE_HZ);
  const [span, ...more] = heard(samples).silence(500);
  assert.equal(more.length, 0);
  assert.ok(Math.abs(span!.from - SAMPLE_RATE_HZ) < 2000 && Math.abs(span!.to - 2 * SAMPLE_RATE_HZ) < 2000);
});
