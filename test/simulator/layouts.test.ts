import assert from 'node:assert/strict';
import test from 'node:test';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { layoutSpans, matchLayout, type Pictures } from '#simulator/verdict/layouts.ts';
import { layoutsOf } from '#simulator/main.ts';

const picturesOf = (name: string, swapped = false): Pictures => {
  const layout = factoryLayouts.find((one) => one.name === name);
  assert.ok(layout, name);
  return layout.windows.map(({ channel, rect }) => ({ source: (channel === 'A') === swapped ? 2 : 1, rect }));
};

test('each factory layout is known by where the pictures are, and swapped too', () => {
  for (const { name, windows } of factoryLayouts) {
    assert.deepEqual(matchLayout(picturesOf(name), factoryLayouts), { layout: name, swapped: false });
    if (windows.length > 1)
      assert.equal(matchLayout(picturesOf(name, true), factoryLayouts).layout, name, `${name} swapped`);
  }
});

test('a channel without signal leaves its window empty; the others tell the layout', () => {
  const [slides] = picturesOf('PBP Mid LFT');
  assert.deepEqual(matchLayout([slides!], factoryLayouts), { layout: 'PBP Mid LFT', swapped: false });
  assert.equal(matchLayout([], factoryLayouts).layout, 'none');
  assert.equal(
    matchLayout([{ source: 1, rect: { x: 0.3, y: 0.3, width: 0.2, height: 0.2 } }], factoryLayouts).layout,
    'unknown',
  );
});

test('pictures with bars or cut edges belong to their window all the same', () => {
  const windows = [{ channel: 'A' as const, rect: { x: 0, y: 0, width: 0.5, height: 1 } }];
  const layouts = [{ name: 'half', windows }];
  const follow = { x: 0, y: 0.25, width: 0.5, height: 0.5 };
  const fit = { x: -0.25, y: 0, width: 1, height: 1 };
  for (const rect of [follow, fit]) assert.equal(matchLayout([{ source: 1, rect }], layouts).layout, 'half');
  assert.equal(matchLayout([{ source: 2, rect: follow }], layouts).swapped, true);
});

test('frames become spans', () => {
  const a = picturesOf('Fullscreen A');
  const both = picturesOf('Side By Side');
  const frames = [a, a, both, both, both, []].map((pictures, at) => ({ timeMs: at * 100, pictures }));
  assert.deepEqual(
    layoutSpans(frames, factoryLayouts, 600).map(({ fromMs, toMs, layout }) => [fromMs, toMs, layout]),
    [
      [0, 200, 'Fullscreen A'],
      [200, 500, 'Side By Side'],
      [500, 600, 'none'],
    ],
  );
});

test('a source that was lost keeps its window until the layout is another', () => {
  const [slides, camera] = picturesOf('PIP Upp RHT');
  const [left] = picturesOf('Side By Side');
  const frames = [
    { pictures: [slides!, camera!] },
    { pictures: [slides!], lost: [camera!] },
    { pictures: [left!], lost: [camera!] },
    { pictures: [slides!] },
  ].map((frame, at) => ({ timeMs: at * 100, ...frame }));
  assert.deepEqual(
    layoutSpans(frames, factoryLayouts, 400).map(({ fromMs, layout }) => [fromMs, layout]),
    [
      [0, 'PIP Upp RHT'],
      [200, 'Side By Side'],
      [300, 'Fullscreen A'],
    ],
  );
});

test('layouts are read from a list or from an answer, and mistakes are named', () => {
  const list = JSON.stringify(factoryLayouts);
  assert.equal(layoutsOf(list).length, factoryLayouts.length);
  assert.equal(layoutsOf(`{"layouts": ${list}}`).length, factoryLayouts.length);
  assert.throws(() => layoutsOf('[{"name": "x", "windows": [{"channel": "C"}]}]'), /channel/);
});
