import assert from 'node:assert/strict';
import test from 'node:test';
import { openCompositor, type Shown, type SceneDrawing } from '#agent/media/pictures/compositor.ts';
import type { Picture } from '#agent/media/pictures/i420.ts';
import { overlayPlanes } from '#agent/media/pictures/overlay-planes.ts';
import { openPictureMemory } from '#agent/media/pictures/picture-memory.ts';
import type { Rect } from '#lib/media/geometry.ts';
import { readTimecode } from '#lib/media/timecode.ts';
import { newPicture, paint, valuesIn, wholeOf } from '#test/support/pictures.ts';

const memory = openPictureMemory(32 << 20);
const compositor = openCompositor(memory);
const target = newPicture(memory, 640, 360);
const WHOLE = wholeOf(target);
const NEUTRAL = { brightness: 64, contrast: 64, colour: 64, tint: 64 };
const NO_CROP = { left: 0, top: 0, right: 0, bottom: 0 };

const plain = (y: number, u: number, v: number): Picture => {
  const picture = newPicture(memory, 640, 360);
  paint(memory, picture, (plane) => [y, u, v][plane]!);
  return picture;
};
const slides = plain(200, 90, 100);
const camera = plain(60, 150, 160);
const shownOf = (picture: Picture, more: Partial<Shown> = {}): Shown => ({
  picture,
  native: picture,
  aspect: 'follow',
  crop: NO_CROP,
  controls: NEUTRAL,
  ...more,
});
const both = { A: shownOf(slides), B: shownOf(camera) };
const drawingOf = (more: Partial<SceneDrawing>): SceneDrawing => ({
  windows: [],
  background: undefined,
  overlays: [],
  timecodes: [],
  ...more,
});
const A = { channel: 'A' as const, z: 0, muted: false };
const B = { channel: 'B' as const, z: 1, muted: false };

const lumaIn = (rect: Rect): Set<number> => new Set(valuesIn(memory, target, 0, rect).flat());
function compose(drawing: Partial<SceneDrawing>, shown: Partial<Record<'A' | 'B', Shown>> = both, atMs = 0): void {
  memory.bytes.fill(77, target.address, target.address + 640 * 360 * 1.5);
  compositor.compose(drawingOf(drawing), shown, atMs, target);
}

test('windows in their order, black beside them', () => {
  compose({
    windows: [
      { ...A, rect: { x: 0, y: 0, width: 320, height: 180 } },
      { ...B, rect: { x: 160, y: 90, width: 320, height: 180 } },
    ],
  });
  assert.deepEqual(lumaIn({ x: 0, y: 0, width: 160, height: 180 }), new Set([200]));
  assert.deepEqual(lumaIn({ x: 160, y: 90, width: 320, height: 180 }), new Set([60]));
  assert.deepEqual(lumaIn({ x: 480, y: 0, width: 160, height: 360 }), new Set([16]));
  assert.deepEqual(
    new Set(valuesIn(memory, target, 1, { x: 480, y: 0, width: 160, height: 360 }).flat()),
    new Set([128]),
  );
});

test('nothing of an earlier picture shines through, whatever is missing', () => {
  const rect = { x: 100, y: 50, width: 200, height: 200 };
  for (const windows of [[], [{ ...A, rect }], [{ ...A, rect: WHOLE }]])
    for (const shown of [{}, both, { A: shownOf(slides, { native: { widthPx: 100, heightPx: 400 } }) }]) {
      compose({ windows }, shown);
      for (const plane of [0, 1, 2] as const)
        assert.ok(!valuesIn(memory, target, plane, WHOLE).flat().includes(77), JSON.stringify(windows));
    }
});

test('a muted window and one without a picture are black', () => {
  compose({ windows: [{ ...A, rect: WHOLE, muted: true }] });
  assert.deepEqual(lumaIn(WHOLE), new Set([16]));
  compose({ windows: [{ ...B, rect: WHOLE }] }, { A: both.A });
  assert.deepEqual(lumaIn(WHOLE), new Set([16]));
});

test('a background lies under the windows, and a picture of another shape has black bars', () => {
  const ground = plain(120, 128, 128);
  compose({ background: ground, windows: [{ ...A, rect: { x: 0, y: 0, width: 320, height: 180 } }] });
  assert.deepEqual(lumaIn({ x: 320, y: 0, width: 320, height: 360 }), new Set([120]));
  compose(
    { background: ground, windows: [{ ...A, rect: WHOLE }] },
    { A: shownOf(slides, { native: { widthPx: 4, heightPx: 3 } }) },
  );
  assert.deepEqual(lumaIn({ x: 0, y: 0, width: 80, height: 360 }), new Set([16]));
  assert.deepEqual(lumaIn({ x: 80, y: 0, width: 480, height: 360 }), new Set([200]));
  assert.deepEqual(lumaIn({ x: 560, y: 0, width: 80, height: 360 }), new Set([16]));
});

test('picture controls change their window alone', () => {
  const left = { x: 0, y: 0, width: 320, height: 180 };
  const right = { x: 320, y: 0, width: 320, height: 180 };
  compose(
    {
      windows: [
        { ...A, rect: left },
        { ...B, rect: right },
      ],
    },
    { A: shownOf(slides, { controls: { ...NEUTRAL, brightness: 0 } }), B: both.B },
  );
  assert.ok([...lumaIn(left)].every((value) => value < 120));
  assert.deepEqual(lumaIn(right), new Set([60]));
});

test('overlays are blended over the windows, and the time code over all', () => {
  const rgba = new Uint8Array(40 * 20 * 4).fill(255);
  const overlay = overlayPlanes(memory, { widthPx: 40, heightPx: 20, rgba }, 100, 60)!;
  const code = { x: 20, y: 200, width: 592, height: 80 };
  compose({ windows: [{ ...A, rect: WHOLE }], overlays: [overlay], timecodes: [code] }, both, 1_795_176_000_123.4);
  assert.deepEqual(lumaIn({ x: 100, y: 60, width: 40, height: 20 }), new Set([235]));
  assert.deepEqual(lumaIn({ x: 100, y: 80, width: 40, height: 20 }), new Set([200]));
  const luma = memory.bytes.subarray(target.address, target.address + 640 * 360);
  assert.deepEqual(readTimecode(luma, 640, code), { source: 0, mark: 0, ms: 1_795_176_000_123 });
  assert.deepEqual(new Set(valuesIn(memory, target, 2, code).flat()), new Set([128]));
});

test('a whole picture smaller: for the confidence stream and snapshots', () => {
  const small = newPicture(memory, 128, 72);
  compositor.resize(slides, small);
  assert.deepEqual(
    ([0, 1, 2] as const).map((plane) => new Set(valuesIn(memory, small, plane, wholeOf(small)).flat())),
    [new Set([200]), new Set([90]), new Set([100])],
  );
});
