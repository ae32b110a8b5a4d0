import assert from 'node:assert/strict';
import test from 'node:test';
import { drawOpaque, overlayPlanes, type RgbaPicture } from '#agent/media/pictures/overlay-planes.ts';
import { openPictureMemory } from '#agent/media/pictures/picture-memory.ts';
import { newPicture, valuesIn, wholeOf } from '#test/support/pictures.ts';

const memory = openPictureMemory(16 << 20);

function rgbaOf(widthPx: number, heightPx: number, alpha: (x: number, y: number) => number): RgbaPicture {
  const rgba = new Uint8Array(widthPx * heightPx * 4);
  for (let y = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++) rgba.set([255, 255, 255, alpha(x, y)], (y * widthPx + x) * 4);
  return { widthPx, heightPx, rgba };
}

test('one visible pixel anywhere: an even box that holds it, and its alpha in the right place', () => {
  const [width, height] = [10, 8];
  for (let px = 0; px < width; px++)
    for (let py = 0; py < height; py++) {
      const picture = rgbaOf(width, height, (x, y) => (x === px && y === py ? 255 : 0));
      const planes = overlayPlanes(memory, picture, 20, 30)!;
      const { rect } = planes;
      assert.deepEqual(rect, { x: 20 + (px & ~1), y: 30 + (py & ~1), width: 2, height: 2 });
      const inBox = (py - (py & ~1)) * 2 + (px - (px & ~1));
      const keep = [...memory.bytes.subarray(planes.keep[0], planes.keep[0] + 4)];
      assert.deepEqual(
        keep,
        [0, 1, 2, 3].map((n) => (n === inBox ? 0 : 255)),
      );
      const colour = [...memory.bytes.subarray(planes.colour[0], planes.colour[0] + 4)];
      assert.deepEqual(
        colour,
        [0, 1, 2, 3].map((n) => (n === inBox ? 235 : 0)),
      );
      // A quarter of the chroma's alpha.
      assert.ok(Math.abs(memory.bytes[planes.keep[1]]! - 191) <= 1);
      planes.release();
    }
});

test('odd boxes grow to even ones', () => {
  for (const [left, top, right, bottom] of [
    [1, 1, 2, 2],
    [3, 2, 8, 6],
    [0, 0, 8, 8],
    [2, 3, 5, 4],
    [5, 5, 6, 8],
  ] as const) {
    const picture = rgbaOf(10, 10, (x, y) => (x >= left && x < right && y >= top && y < bottom ? 128 : 0));
    const planes = overlayPlanes(memory, picture, 0, 0)!;
    const { rect } = planes;
    assert.ok(
      Object.values(rect).every((value) => value % 2 === 0),
      JSON.stringify(rect),
    );
    assert.ok(rect.x <= left && rect.x + rect.width >= right && rect.x + rect.width <= right + 1, JSON.stringify(rect));
    assert.ok(rect.y <= top && rect.y + rect.height >= bottom && rect.y + rect.height <= bottom + 1);
    planes.release();
  }
});

test('pictures of odd size lose no more than their last row and column', () => {
  const picture = rgbaOf(9, 7, () => 255);
  const planes = overlayPlanes(memory, picture, 4, 4)!;
  assert.deepEqual(planes.rect, { x: 4, y: 4, width: 8, height: 6 });
  planes.release();
  assert.equal(
    overlayPlanes(
      memory,
      rgbaOf(9, 7, (x) => (x === 8 ? 255 : 0)),
      0,
      0,
    ),
    undefined,
  );
});

test('what nobody sees takes no memory', () => {
  assert.equal(
    overlayPlanes(
      memory,
      rgbaOf(40, 40, () => 0),
      0,
      0,
    ),
    undefined,
  );
  const small = openPictureMemory(1 << 20);
  for (let round = 0; round < 500; round++) {
    assert.equal(
      overlayPlanes(
        small,
        rgbaOf(64, 64, () => 0),
        0,
        0,
      ),
      undefined,
    );
    overlayPlanes(
      small,
      rgbaOf(64, 64, () => 9),
      0,
      0,
    )!.release();
  }
});

test('an opaque picture is drawn whole', () => {
  const target = newPicture(memory, 8, 6);
  const rgba = new Uint8Array(8 * 6 * 4);
  for (let at = 0; at < rgba.length; at += 4) rgba.set([255, 0, 0, 255], at);
  drawOpaque(memory, { widthPx: 8, heightPx: 6, rgba }, target);
  const values = [0, 1, 2].map(
    (plane) => new Set(valuesIn(memory, target, plane as 0 | 1 | 2, wholeOf(target)).flat()),
  );
  assert.deepEqual(values, [new Set([63]), new Set([102]), new Set([240])]);
});

test('an opaque picture of any height is drawn row by row, and takes little memory beside its own', () => {
  const [widthPx, heightPx] = [640, 358];
  const small = openPictureMemory(640 * 360 * 3);
  const target = newPicture(small, widthPx, heightPx);
  const rgba = new Uint8Array(widthPx * heightPx * 4);
  // Two rows share their chroma, so they are of one colour.
  const colourOf = (y: number): number => (y >> 1) % 200;
  for (let y = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++) rgba.set([0, 0, colourOf(y), 255], (y * widthPx + x) * 4);
  drawOpaque(small, { widthPx, heightPx, rgba }, target);
  const [luma, blue] = [0, 1].map((plane) => valuesIn(small, target, plane as 0 | 1, wholeOf(target)));
  for (let y = 0; y < heightPx; y++) {
    const value = colourOf(y);
    assert.deepEqual(new Set(luma![y]), new Set([Math.floor(16 + (0.0722 * value * 219) / 255 + 0.5)]), `row ${y}`);
    const expected = 128 + ((value - 0.0722 * value) * 224) / (255 * 1.8556);
    for (const seen of blue![y >> 1]!) assert.ok(Math.abs(seen - expected) <= 1, `blue of row ${y}: ${seen}`);
  }
});
