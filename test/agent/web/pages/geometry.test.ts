import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dragged, linesOf, nudged, SAFE } from '#agent/web/pages/device/layouts/geometry.ts';

const rect = { x: 0.2, y: 0.2, width: 0.4, height: 0.4 };
const free = { x: [], y: [] };
const near = (a: number, b: number): boolean => Math.abs(a - b) < 1e-6;

test('what is moved stays on the canvas', () => {
  assert.deepEqual(dragged(rect, {}, { x: 0.1, y: -0.1 }, free).rect, { ...rect, x: 0.3, y: 0.1 });
  assert.deepEqual(dragged(rect, {}, { x: 9, y: -9 }, free).rect, { ...rect, x: 0.6, y: 0 });
});

test('it lies on a line that is near: an edge, a middle, the safe area, another thing', () => {
  const lines = linesOf([{ x: 0.7, y: 0.7, width: 0.2, height: 0.2 }]);
  const toSafe = dragged(rect, {}, { x: -0.145, y: 0 }, lines);
  assert.ok(near(toSafe.rect.x, SAFE), String(toSafe.rect.x));
  assert.deepEqual(toSafe.on.x, [SAFE]);
  const middle = dragged(rect, {}, { x: 0.095, y: 0 }, linesOf([]));
  assert.ok(near(middle.rect.x + 0.2, 0.5));
  const beside = dragged(rect, {}, { x: 0.105, y: 0 }, { x: [0.7], y: [] });
  assert.ok(near(beside.rect.x + beside.rect.width, 0.7));
  assert.ok(near(dragged(rect, {}, { x: -0.13, y: 0 }, lines).rect.x, 0.07), 'no line is near');
});

test('an edge that is pulled goes no further than the canvas, and leaves something', () => {
  assert.ok(near(dragged(rect, { right: true }, { x: 9, y: 9 }, free).rect.width, 0.8));
  assert.ok(near(dragged(rect, { left: true }, { x: 9, y: 0 }, free).rect.width, 0.04));
  const corner = dragged(rect, { left: true, top: true }, { x: -0.1, y: -0.05 }, free).rect;
  assert.deepEqual(corner, { x: 0.1, y: 0.15, width: 0.5, height: 0.45 });
});

test('with its shape kept, width and height grow together within the canvas', () => {
  const { rect: larger } = dragged(rect, { right: true, bottom: true }, { x: 0.2, y: 0 }, free, true);
  assert.deepEqual(larger, { x: 0.2, y: 0.2, width: 0.6, height: 0.6 });
  const { rect: most } = dragged({ ...rect, y: 0.5 }, { right: true, bottom: true }, { x: 0.9, y: 0 }, free, true);
  assert.deepEqual(most, { x: 0.2, y: 0.5, width: 0.5, height: 0.5 });
  const { rect: up } = dragged(rect, { left: true, top: true }, { x: -0.1, y: 0 }, free, true);
  assert.deepEqual(up, { x: 0.1, y: 0.1, width: 0.5, height: 0.5 });
});

test('keys move and size; those that mean nothing here do nothing', () => {
  assert.ok(near(nudged(rect, 'ArrowRight', { shift: false, alt: false })?.x ?? 0, 0.2025));
  assert.ok(near(nudged(rect, 'ArrowUp', { shift: true, alt: false })?.y ?? 0, 0.175));
  assert.ok(near(nudged(rect, 'ArrowRight', { shift: true, alt: true })?.width ?? 0, 0.425));
  assert.equal(nudged(rect, 'Enter', { shift: false, alt: false }), undefined);
});
