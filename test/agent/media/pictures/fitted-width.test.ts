import assert from 'node:assert/strict';
import test from 'node:test';
import {
  fittedSize,
  fittedSizeOf,
  neededWidth,
  openFittedWidth,
  type Placing,
} from '#agent/media/pictures/fitted-width.ts';
import { bytesOf } from '#agent/media/pictures/i420.ts';
import type { SceneWindow } from '#agent/media/pictures/scene.ts';

const CANVAS = { widthPx: 1280, heightPx: 720 };
const PLAIN: Placing = { native: CANVAS, aspect: 'follow', crop: { left: 0, top: 0, right: 0, bottom: 0 } };
const windowOf = (channel: 'A' | 'B', width: number, height: number): SceneWindow => ({
  channel,
  rect: { x: 0, y: 0, width, height },
  z: 0,
  muted: false,
});

test('the size of a frame is known by its bytes, for every width of every canvas', () => {
  for (const [widthPx, heightPx] of [
    [1280, 720],
    [1920, 1080],
    [640, 480],
    [854, 480],
    [3840, 2160],
    [720, 1280],
  ] as const) {
    const canvas = { widthPx, heightPx };
    for (let width = 16; width <= widthPx; width += 2) {
      const size = fittedSize(width, canvas);
      assert.ok(size.widthPx === width && size.heightPx % 2 === 0 && size.heightPx <= heightPx);
      assert.deepEqual(fittedSizeOf(bytesOf(size), canvas), size);
    }
    assert.deepEqual(fittedSize(widthPx, canvas), canvas);
  }
  for (const bytes of [0, 1, 1_382_399, 1_382_402, 2 * 1_382_400, 2 ** 40])
    assert.equal(fittedSizeOf(bytes, CANVAS), undefined);
});

test('frames are as wide as the largest window of their channel shows', () => {
  const of = (windows: SceneWindow[], placing: Partial<Placing> = {}): number =>
    neededWidth(CANVAS, windows, 'B', { ...PLAIN, ...placing });
  assert.equal(of([windowOf('A', 1280, 720), windowOf('B', 320, 180)]), 320);
  assert.equal(of([windowOf('B', 320, 180), windowOf('B', 608, 342)]), 608);
  assert.equal(of([windowOf('A', 1280, 720)]), 0);
  // Half of the picture in the same window has twice the pixels.
  assert.equal(of([windowOf('B', 320, 180)], { crop: { left: 0.25, top: 0.25, right: 0.25, bottom: 0.25 } }), 640);
  // A narrower picture with bars has the height of the window; one that fills it is cut above and below.
  const native = { widthPx: 640, heightPx: 480 };
  assert.equal(of([windowOf('B', 320, 180)], { native }), 320);
  assert.equal(Math.round(of([windowOf('B', 320, 180)], { native, aspect: 'fit' })), 427);
});

test('wider at once, narrower when it lasts, and as wide as somebody looks', () => {
  const width = openFittedWidth(CANVAS);
  assert.equal(width.widthPx, 320);
  width.shown(608, 0);
  assert.equal(width.widthPx, 608);
  width.shown(320, 1000);
  width.shown(320, 1900);
  assert.equal(width.widthPx, 608, 'it might be changed back');
  width.shown(608, 2000);
  width.shown(320, 3900);
  assert.equal(width.widthPx, 608);
  width.shown(320, 4100);
  assert.equal(width.widthPx, 320);
  width.looked(640, 5000);
  assert.equal(width.widthPx, 640);
  // Somebody who wants less does not take it from who wants more.
  width.looked(400, 6000);
  width.shown(320, 9900);
  assert.equal(width.widthPx, 640);
  width.shown(320, 12_100);
  assert.equal(width.widthPx, 320);
});

test('a channel that is encoded alone has all pixels, as long as it is', () => {
  let isWhole = true;
  const width = openFittedWidth(CANVAS, () => isWhole);
  width.shown(320, 0);
  assert.equal(width.widthPx, 1280);
  isWhole = false;
  width.shown(320, 100);
  width.shown(320, 2200);
  assert.equal(width.widthPx, 320);
});

test('even, nearly all is all, and never beyond the canvas', () => {
  const of = (widthPx: number, canvas = CANVAS): number => {
    const width = openFittedWidth(canvas);
    width.shown(widthPx, 0);
    return width.widthPx;
  };
  assert.equal(of(333.1), 334);
  assert.equal(of(1217), 1280);
  assert.equal(of(5000), 1280);
  assert.equal(of(0, { widthPx: 128, heightPx: 72 }), 128);
});
