import assert from 'node:assert/strict';
import test from 'node:test';
import { fitWindow } from '#agent/media/pictures/window-fit.ts';
import type { Aspect, Rect, Size } from '#lib/media/geometry.ts';
import { between, seeded } from '#test/support/seeded.ts';

const FRAME: Size = { widthPx: 1280, heightPx: 720 };
const NO_CROP = { left: 0, top: 0, right: 0, bottom: 0 };
const isEven = (rect: Rect): boolean =>
  Object.values(rect).every((value) => Number.isInteger(value) && value % 2 === 0);
const isInside = (rect: Rect, outer: Rect): boolean =>
  rect.x >= outer.x &&
  rect.y >= outer.y &&
  rect.x + rect.width <= outer.x + outer.width &&
  rect.y + rect.height <= outer.y + outer.height;
const whole = ({ widthPx, heightPx }: Size): Rect => ({ x: 0, y: 0, width: widthPx, height: heightPx });

test('a picture of the window’s shape fills it, whatever the aspect', () => {
  const window = { x: 20, y: 10, width: 640, height: 360 };
  for (const aspect of ['fill', 'follow', 'fit'] as const)
    assert.deepEqual(fitWindow(window, FRAME, { widthPx: 1920, heightPx: 1080 }, aspect, NO_CROP), {
      from: whole(FRAME),
      to: window,
    });
});

test('a 4:3 picture in a 16:9 window: stretched, with bars, or cut', () => {
  const window = { x: 100, y: 50, width: 640, height: 360 };
  const native = { widthPx: 1024, heightPx: 768 };
  assert.deepEqual(fitWindow(window, FRAME, native, 'fill', NO_CROP), { from: whole(FRAME), to: window });
  assert.deepEqual(fitWindow(window, FRAME, native, 'follow', NO_CROP), {
    from: whole(FRAME),
    to: { x: 180, y: 50, width: 480, height: 360 },
  });
  assert.deepEqual(fitWindow(window, FRAME, native, 'fit', NO_CROP), {
    from: { x: 0, y: 90, width: 1280, height: 540 },
    to: window,
  });
});

test('what is cropped is not shown, and counts for the shape', () => {
  const window = { x: 0, y: 0, width: 640, height: 360 };
  // Half of a 16:9 picture, left and right cut away: 8:9.
  const crop = { left: 0.25, top: 0, right: 0.25, bottom: 0 };
  assert.deepEqual(fitWindow(window, FRAME, FRAME, 'follow', crop), {
    from: { x: 320, y: 0, width: 640, height: 720 },
    to: { x: 160, y: 0, width: 320, height: 360 },
  });
});

test('any window, source, aspect and crop: even, inside, and of the right shape', () => {
  const random = seeded(11);
  const even = (low: number, high: number): number => 2 * between(random, low / 2, high / 2);
  for (let round = 0; round < 20_000; round++) {
    const frame = { widthPx: even(128, 1920), heightPx: even(72, 1080) };
    const native = { widthPx: between(random, 16, 4096), heightPx: between(random, 16, 2160) };
    const [x, y] = [even(0, frame.widthPx - 2), even(0, frame.heightPx - 2)];
    const window = { x, y, width: even(2, frame.widthPx - x), height: even(2, frame.heightPx - y) };
    const [left, top] = [random() * 0.45, random() * 0.45];
    const crop = { left, top, right: random() * (0.9 - left), bottom: random() * (0.9 - top) };
    const aspect = (['fill', 'follow', 'fit'] as const)[between(random, 0, 2)] as Aspect;
    const { from, to } = fitWindow(window, frame, native, aspect, crop);
    const said = JSON.stringify({ window, frame, native, aspect, crop, from, to });
    assert.ok(isEven(from) && isEven(to), said);
    assert.ok(from.width >= 2 && from.height >= 2 && to.width >= 2 && to.height >= 2, said);
    assert.ok(isInside(to, window), `outside the window: ${said}`);
    assert.ok(isInside(from, whole(frame)), `outside the frame: ${said}`);
    if (aspect === 'fill' || Math.min(from.width, from.height, to.width, to.height) < 40) continue;
    // One true pixel of the source must be as wide as it is high in the window, but for the rounding of both rectangles.
    const wide = to.width / ((from.width * native.widthPx) / frame.widthPx);
    const high = to.height / ((from.height * native.heightPx) / frame.heightPx);
    const slack = 2 / from.width + 2 / from.height + 2 / to.width + 2 / to.height + 0.011;
    assert.ok(Math.abs(wide / high - 1) < slack, `shape off by ${wide / high - 1}: ${said}`);
  }
});
