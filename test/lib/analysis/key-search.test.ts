import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Fault } from '#lib/analysis/faults/fault.ts';
import { openKeySearch } from '#lib/analysis/faults/key-search.ts';
import { openPictureStretches, type PictureLimits } from '#lib/analysis/faults/picture-faults.ts';
import { shownKeys } from '#lib/analysis/faults/shown-keys.ts';
import { randomFrom } from '#simulator/pictures/render.ts';

/** What there is to be seen of a picture. */
interface There {
  isBlack: boolean;
  isStill: boolean;
}

/** A film as its pictures, and when each is shown. */
interface Shown {
  timesMs: number[];
  there: There[];
  durationMs: number;
}

const ORDINARY: There = { isBlack: false, isStill: false };
const BLACK: There = { isBlack: true, isStill: false };
const STILL: There = { isBlack: false, isStill: true };

/** A film of key pictures that are 2 s apart. */
const filmOf = (...parts: readonly [count: number, of: There][]): Shown => {
  const there = parts.flatMap(([count, of]) => Array.from({ length: count }, () => of));
  return { there, timesMs: there.map((_, at) => at * 2000), durationMs: there.length * 2000 };
};

/** Searches as a program does, which looks at runs and does not know what is before each. */
function searched(film: Shown, limits: PictureLimits): { faults: Fault[]; looks: number; rounds: number } {
  const search = openKeySearch(film.timesMs, film.durationMs, limits);
  let [looks, rounds] = [0, 0];
  for (let runs = search.wanted(); runs.length > 0; runs = search.wanted()) {
    rounds += 1;
    assert.ok(rounds < 100, 'the search does not end');
    for (const { first, last } of runs)
      for (let number = first; number <= last; number++) {
        looks += 1;
        const { isBlack, isStill } = film.there[number]!;
        search.see(number, { isBlack, isStill: number > first ? isStill && !isBlack : isBlack ? false : undefined });
      }
  }
  return { faults: search.faults(), looks, rounds };
}

/** What looking at all pictures finds. */
function allLookedAt({ timesMs, there, durationMs }: Shown, limits: PictureLimits): Fault[] {
  const stretches = openPictureStretches(limits);
  for (const [at, { isBlack, isStill }] of there.entries())
    stretches.push({ isBlack, isStill: at > 0 && isStill && !isBlack }, timesMs[at]!);
  return stretches.end(durationMs);
}

const LIMITS: PictureLimits = { blackMs: 10_000, frozenMs: 120_000 };

describe('a search for faults among key pictures', () => {
  test('finds what looking at all of them finds, whatever there is, and however far they are apart', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = randomFrom(seed);
      const film: Shown = { timesMs: [], there: [], durationMs: 0 };
      while (film.there.length < 600) {
        const is = [ORDINARY, BLACK, STILL][Math.floor(random() * 3)]!;
        const length = Math.floor(random() * (seed % 2 === 0 ? 12 : 90));
        for (let n = 0; n < length; n++) {
          film.timesMs.push(film.durationMs);
          film.there.push(is);
          film.durationMs += seed % 3 === 0 ? 2000 : 900 + random() * 9000;
        }
      }
      const limits = seed % 5 === 0 ? { ...LIMITS, frozenMs: undefined } : LIMITS;
      assert.deepEqual(searched(film, limits).faults, allLookedAt(film, limits), `film ${seed}`);
    }
  });

  test('looks at few pictures of a film in order, and hardly at any twice', () => {
    const inOrder = searched(filmOf([3600, ORDINARY]), LIMITS);
    assert.deepEqual([inOrder.faults, inOrder.rounds], [[], 2]);
    assert.ok(inOrder.looks < 850, `${inOrder.looks} looks`);
    const frozen = searched(filmOf([3600, STILL]), LIMITS);
    assert.equal(frozen.faults.length, 1);
    assert.ok(frozen.looks < 3600 * 1.15 && frozen.rounds < 10, `${frozen.looks} looks in ${frozen.rounds} rounds`);
    // A hall without anybody in it for a while.
    const { faults, looks } = searched(filmOf([1000, ORDINARY], [40, STILL], [1000, ORDINARY]), LIMITS);
    assert.deepEqual(faults, []);
    assert.ok(looks < 650, `${looks} looks`);
  });

  test('a film without pictures, and one with a single one', () => {
    assert.deepEqual(searched(filmOf(), LIMITS), { faults: [], looks: 0, rounds: 0 });
    const { faults } = searched({ timesMs: [0], there: [BLACK], durationMs: 30_000 }, LIMITS);
    assert.deepEqual(faults, [{ what: 'black', fromMs: 0, toMs: 30_000 }]);
  });
});

describe('key pictures of what is kept', () => {
  const every = Float64Array.from({ length: 20 }, (_, n) => n * 2000);

  test('have the times of the cut, and the first one stands for the beginning of its part', async () => {
    const kept = [
      { fromMs: 3000, toMs: 8500 },
      { fromMs: 12_000, toMs: 16_000 },
    ];
    assert.deepEqual(await shownKeys(every, kept), { numbers: [2, 3, 4, 6, 7], timesMs: [0, 3000, 5000, 5500, 7500] });
  });

  test('of a part without any there is the one before it', async () => {
    const kept = [
      { fromMs: 4500, toMs: 5500 },
      { fromMs: 9000, toMs: 11_000 },
    ];
    assert.deepEqual(await shownKeys(every, kept), { numbers: [2, 5], timesMs: [0, 1000] });
  });

  test('are so far apart as is asked for, all of them are in their place else, and too many are none', async () => {
    assert.deepEqual((await shownKeys(every, undefined, 3000))?.numbers, [0, 2, 4, 6, 8, 10, 12, 14, 16, 18]);
    const late = Float64Array.from([500, 2500]);
    assert.deepEqual(await shownKeys(late), { numbers: [0, 1], timesMs: [500, 2500] });
    assert.equal(await shownKeys(Float64Array.from({ length: 200_000 }, (_, n) => n * 1000)), undefined);
  });
});
