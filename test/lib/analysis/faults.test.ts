import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Fault } from '#lib/analysis/faults/fault.ts';
import { wordsOfFault } from '#lib/analysis/faults/fault-words.ts';
import { openPictureLook, openPictureStretches } from '#lib/analysis/faults/picture-faults.ts';
import { soundFaults } from '#lib/analysis/faults/sound-faults.ts';
import { GRAY_BYTES } from '#lib/analysis/slides/gray.ts';
import type { Level } from '#lib/analysis/sound/levels.ts';
import { randomFrom } from '#simulator/pictures/render.ts';

/** Levels of so many seconds each: RMS, and peak above it. */
const levels = (...parts: readonly [seconds: number, rmsDb: number, crestDb?: number][]): Level[] =>
  parts
    .flatMap(([seconds, rmsDb, crestDb = 16]) =>
      Array.from({ length: seconds }, () => ({ rmsDb, peakDb: rmsDb + crestDb })),
    )
    .map((level, at) => ({ fromMs: at * 1000, ...level }));

const faultsOf = (all: readonly Level[]): Fault[] => soundFaults(all, all.length * 1000);

describe('faults of sound', () => {
  test('good speech with pauses has none', () => {
    assert.deepEqual(faultsOf(levels([50, -24], [6, -62], [40, -30], [8, -58], [30, -26])), []);
  });

  test('no sound is told from when to when, also with hum and at the end', () => {
    assert.deepEqual(faultsOf(levels([30, -24], [20, -75], [30, -24], [15, -Infinity])), [
      { what: 'no sound', fromMs: 30_000, toMs: 50_000 },
      { what: 'no sound', fromMs: 80_000, toMs: 95_000 },
    ]);
  });

  test('a short crackle does not end a stretch without sound', () => {
    assert.deepEqual(faultsOf(levels([20, -24], [15, -80], [1, -40], [15, -80], [20, -24])), [
      { what: 'no sound', fromMs: 20_000, toMs: 51_000 },
    ]);
  });

  test('quiet speech is told, and silence within it is not what makes it quiet', () => {
    assert.deepEqual(
      faultsOf(levels([70, -24], [120, -48], [60, -24])).map(({ what }) => what),
      ['too quiet'],
    );
    assert.deepEqual(
      faultsOf(levels([40, -24], [30, -90], [40, -26])).map(({ what }) => what),
      ['no sound'],
    );
  });

  test('clipped sound is told; loud music with peaks is not', () => {
    assert.deepEqual(faultsOf(levels([20, -24], [10, -5, 5], [20, -24])), [
      { what: 'clipped', fromMs: 20_000, toMs: 30_000 },
    ]);
    assert.deepEqual(faultsOf(levels([20, -15, 15])), []);
  });
});

describe('faults of pictures', () => {
  const black = new Uint8Array(GRAY_BYTES).fill(16);
  const noise = (seed: number): Uint8Array => {
    const random = randomFrom(seed);
    return Uint8Array.from({ length: GRAY_BYTES }, () => 100 + Math.floor(random() * 4));
  };
  const watched = (
    limits: { blackMs: number; frozenMs: number | undefined },
    pictures: readonly Uint8Array[],
  ): Fault[] => {
    const [look, stretches] = [openPictureLook(), openPictureStretches(limits)];
    for (const [at, picture] of pictures.entries()) stretches.push(look(picture), at * 2000);
    return stretches.end(pictures.length * 2000);
  };
  const many = <T>(count: number, one: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => one(at));

  test('black is told, and a dark slide with a line is not', () => {
    const dark = Uint8Array.from(black).fill(200, 5000, 5100);
    const shown = [...many(5, noise), ...many(8, () => black), ...many(5, noise), ...many(9, () => dark)];
    assert.deepEqual(watched({ blackMs: 10_000, frozenMs: undefined }, shown), [
      { what: 'black', fromMs: 10_000, toMs: 26_000 },
    ]);
  });

  test('a camera that stands still is told, and slides may stand still', () => {
    const still = noise(3);
    const shown = [...many(5, noise), ...many(10, () => still), ...many(5, (at) => noise(at + 50))];
    assert.deepEqual(watched({ blackMs: 10_000, frozenMs: 12_000 }, shown), [
      { what: 'frozen', fromMs: 10_000, toMs: 30_000 },
    ]);
    assert.deepEqual(watched({ blackMs: 10_000, frozenMs: undefined }, shown), []);
  });
});

describe('a fault in words', () => {
  const fault: Fault = { what: 'no sound', fromMs: 120_000, toMs: 840_000 };
  const startsAtMs = Date.UTC(2026, 10, 30, 9, 0);

  test('has the time of day, if it is known', () => {
    const times = { startsAtMs, timeZone: 'Europe/Paris', durationMs: 3_600_000 };
    assert.equal(wordsOfFault(fault, 'en', times), 'no sound from 10:02 to 10:14');
    assert.equal(wordsOfFault(fault, 'fr', times), 'pas de son de 10:02 à 10:14');
    assert.equal(wordsOfFault({ ...fault, toMs: 150_000 }, 'en', times), 'no sound from 10:02:00 to 10:02:30');
  });

  test('has the time of the recording else, and says if it is all of it', () => {
    assert.equal(wordsOfFault(fault, 'en'), 'no sound from 2:00 to 14:00');
    assert.equal(
      wordsOfFault({ what: 'black', fromMs: 0, toMs: 9000 }, 'fr', { durationMs: 9500 }),
      'l’image est noire, du début à la fin',
    );
  });
});
