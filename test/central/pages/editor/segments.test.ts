import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  borderFrom,
  joined,
  keptFrames,
  keptRanges,
  movedBorder,
  nextKept,
  splitAt,
  stillKept,
  whole,
  withDeleted,
  withRange,
  type Segment,
} from '#central/pages/editor/model/segments.ts';
import { proposedCuts } from '#central/pages/editor/model/silences.ts';

const seen = (segments: readonly Segment[]): string =>
  segments.map(({ from, to, deleted }) => `${deleted ? 'x' : ''}${from}-${to}`).join(' ');

test('a split makes a border, once, and none at the ends', () => {
  assert.equal(seen(splitAt(whole(100), 40)), '0-40 40-100');
  assert.equal(seen(splitAt(splitAt(whole(100), 40), 40)), '0-40 40-100');
  for (const frame of [-3, 0, 100, 400]) assert.equal(seen(splitAt(whole(100), frame)), '0-100');
});

test('an interval is cut away, over borders, and kept again', () => {
  const cut = withRange(whole(100), { from: 20, to: 60 }, true);
  assert.equal(seen(cut), '0-20 x20-60 60-100');
  assert.equal(seen(withRange(cut, { from: 50, to: 80 }, true)), '0-20 x20-50 x50-80 80-100');
  assert.equal(seen(withRange(cut, { from: 0, to: 100 }, false)), '0-100');
  assert.equal(seen(withRange(cut, { from: -10, to: 500 }, true)), 'x0-100');
  assert.equal(seen(withRange(cut, { from: 30, to: 30 }, true)), seen(cut));
  assert.deepEqual(keptRanges(cut), [
    { from: 0, to: 20 },
    { from: 60, to: 100 },
  ]);
  assert.equal(keptFrames(cut), 60);
});

test('whatever is done, the segments follow each other without gaps', () => {
  // A small generator with a fixed seed: the same steps each time.
  let state = 7;
  const next = (below: number): number => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) % below;
  let segments = whole(1000);
  for (let step = 0; step < 2000; step++) {
    const [a, b] = [next(1100) - 50, next(1100) - 50];
    const index = next(segments.length);
    const doing = [
      () => splitAt(segments, a),
      () => withRange(segments, { from: Math.min(a, b), to: Math.max(a, b) }, next(2) === 0),
      () => joined(segments, index),
      () => withDeleted(segments, index, next(2) === 0),
      () => movedBorder(segments, index, a),
    ];
    segments = doing[next(doing.length)]?.() ?? segments;
    assert.equal(segments[0]?.from, 0);
    assert.equal(segments.at(-1)?.to, 1000);
    for (const [n, one] of segments.entries()) {
      assert.ok(one.from < one.to, `${step}: an empty segment`);
      if (n > 0) assert.equal(one.from, segments[n - 1]?.to, `${step}: a gap`);
    }
  }
});

test('joining keeps what the first one was; a border stays between its neighbours', () => {
  const cut = withRange(whole(100), { from: 20, to: 60 }, true);
  assert.equal(seen(joined(cut, 0)), '0-60 60-100');
  assert.equal(seen(joined(cut, 1)), '0-20 x20-100');
  assert.equal(seen(joined(cut, 2)), seen(cut));
  assert.equal(seen(movedBorder(cut, 1, 30)), '0-30 x30-60 60-100');
  assert.equal(seen(movedBorder(cut, 1, 99)), '0-59 x59-60 60-100');
  assert.equal(seen(movedBorder(cut, 1, -5)), '0-1 x1-60 60-100');
});

test('the preview goes on behind a cut, and ends where all is cut', () => {
  const cut = withRange(whole(100), { from: 20, to: 60 }, true);
  assert.deepEqual([nextKept(cut, 5), nextKept(cut, 20), nextKept(cut, 59), nextKept(cut, 60)], [5, 60, 60, 60]);
  assert.equal(nextKept(withRange(cut, { from: 60, to: 100 }, true), 30), undefined);
  assert.deepEqual([borderFrom(cut, 20, 1), borderFrom(cut, 20, -1), borderFrom(cut, 0, -1)], [60, 0, 0]);
});

test('silences become cuts with a margin; what is cut already is not proposed', () => {
  const silences = [
    { from: 0, to: 100 },
    { from: 300, to: 330 },
    { from: 500, to: 900 },
    { from: 950, to: 1000 },
  ];
  const cuts = proposedCuts(silences, 1000, 10);
  assert.deepEqual(cuts, [
    { from: 0, to: 95 },
    { from: 305, to: 325 },
    { from: 505, to: 895 },
    { from: 955, to: 1000 },
  ]);
  assert.deepEqual(proposedCuts(silences, 1000, 25), [
    { from: 0, to: 87 },
    { from: 513, to: 887 },
  ]);
  const segments = withRange(whole(1000), { from: 0, to: 600 }, true);
  assert.deepEqual(stillKept(segments, cuts), [
    { from: 600, to: 895 },
    { from: 955, to: 1000 },
  ]);
});
