import assert from 'node:assert/strict';
import test from 'node:test';
import type { Rect } from '#lib/media/geometry.ts';
import {
  chromaRectOf,
  drawTimecode,
  fillPlane,
  findTimecodes,
  readTimecode,
  TIMECODE_COLUMNS,
  TIMECODE_ROWS,
  timecodeRectIn,
} from '#lib/media/timecode.ts';

const SIZE = { widthPx: 1280, heightPx: 720 };
const NOW_MS = 1_795_176_000_123;

/** Deterministic noise: a test that fails must fail again. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A picture full of edges, with both codes in it. */
function picture(code: { source: number; ms: number }): Uint8Array {
  const random = randomFrom(7);
  const plane = Uint8Array.from({ length: 1280 * 720 }, (_, i) =>
    (Math.floor(i / 31) ^ Math.floor(i / 1280 / 9)) & 1 ? 60 + 150 * random() : 40 + 40 * random(),
  );
  for (const mark of [0, 1] as const)
    drawTimecode(plane, 1280, 1280, 720, timecodeRectIn(SIZE, mark), { ...code, mark });
  return plane;
}

/** Area average of the whole picture into `target` of a canvas. */
function scaleInto(plane: Uint8Array, canvas: Uint8Array, stride: number, target: Rect): void {
  for (let y = 0; y < target.height; y++)
    for (let x = 0; x < target.width; x++)
      canvas[(target.y + y) * stride + target.x + x] = boxMean(plane, {
        x: (x * 1280) / target.width,
        y: (y * 720) / target.height,
        width: 1280 / target.width,
        height: 720 / target.height,
      });
}

function boxMean(plane: Uint8Array, box: Rect): number {
  let sum = 0;
  let count = 0;
  for (let y = Math.floor(box.y); y < Math.ceil(box.y + box.height - 1e-9); y++)
    for (let x = Math.floor(box.x); x < Math.ceil(box.x + box.width - 1e-9); x++, count++)
      sum += plane[y * 1280 + x] ?? 0;
  return sum / count;
}

test('a code drawn is a code read, at the ends of the range', () => {
  const rect = { x: 6, y: 2, width: 4 * TIMECODE_COLUMNS, height: 4 * TIMECODE_ROWS };
  for (const ms of [0, 1, NOW_MS, 2 ** 40, 2 ** 44 - 1])
    for (const source of [0, 1, 2, 255]) {
      const plane = new Uint8Array(200 * 40).fill(200);
      drawTimecode(plane, 200, 200, 40, rect, { source, ms });
      assert.deepEqual(readTimecode(plane, 200, rect), { source, ms, mark: 0 });
      assert.deepEqual(
        findTimecodes(plane, 200, 200, 40).map(({ source, ms, mark }) => ({ source, ms, mark })),
        [{ source, ms, mark: 0 }],
      );
    }
});

test('a code is found at any place and scale, with noise, and its rectangle is right', () => {
  const random = randomFrom(3);
  const full = picture({ source: 2, ms: NOW_MS });
  for (const [x, y, width, height] of [
    [0, 0, 1280, 720],
    [33, 17, 320, 180],
    [900, 501, 352, 198],
    [101, 77, 637, 359],
    [300, 300, 400, 300],
  ] as const) {
    const canvas = Uint8Array.from({ length: 1280 * 720 }, () => 255 * random());
    scaleInto(full, canvas, 1280, { x, y, width, height });
    for (let at = 0; at < canvas.length; at++)
      canvas[at] = Math.max(0, Math.min(255, canvas[at]! + 60 * random() - 30));
    const found = findTimecodes(canvas, 1280, 1280, 720);
    const main = found.find(({ mark }) => mark === 0);
    assert.equal(main?.ms, NOW_MS, `${width}x${height}`);
    assert.equal(main.source, 2);
    const place = timecodeRectIn(SIZE);
    for (const [key, scale, offset] of [
      ['x', width / 1280, x],
      ['y', height / 720, y],
      ['width', width / 1280, 0],
      ['height', height / 720, 0],
    ] as const)
      assert.ok(Math.abs(main.rect[key] - (offset + place[key] * scale)) < 1.5, `${key} of ${width}x${height}`);
  }
});

test('both codes of a picture are found and told apart', () => {
  const found = findTimecodes(picture({ source: 1, ms: 5 }), 1280, 1280, 720);
  assert.deepEqual(
    found.map(({ source, ms, mark }) => [source, ms, mark]),
    [
      [1, 5, 1],
      [1, 5, 0],
    ],
  );
});

test('a code torn between two times, hidden in part or absent is not read', () => {
  const rect = timecodeRectIn(SIZE);
  const plane = picture({ source: 1, ms: NOW_MS });
  const later = picture({ source: 2, ms: NOW_MS + 7_000_000_000 });
  const middle = (rect.y + rect.height / 2) * 1280;
  const torn = Uint8Array.from(plane, (value, at) => (at < middle ? value : (later[at] as number)));
  assert.equal(readTimecode(torn, 1280, rect), undefined);
  fillPlane(plane, 1280, 1280, 720, { ...rect, width: rect.width / 2 }, 16);
  assert.equal(readTimecode(plane, 1280, rect), undefined);
  assert.equal(findTimecodes(plane, 1280, 1280, 720).filter(({ mark }) => mark === 0).length, 0);
  const random = randomFrom(11);
  const noise = Uint8Array.from({ length: 1280 * 720 }, () => 255 * random());
  assert.deepEqual(findTimecodes(noise, 1280, 1280, 720), []);
  assert.deepEqual(findTimecodes(new Uint8Array(0), 0, 0, 0), []);
});

test('a rectangle off the picture: an error when drawing, nothing when reading', () => {
  const plane = new Uint8Array(100 * 50);
  const rect = { x: 50, y: 10, width: 74, height: 10 };
  assert.throws(() => drawTimecode(plane, 100, 100, 50, rect, { source: 1, ms: 1 }), RangeError);
  assert.throws(() => drawTimecode(plane, 100, 100, 50, { ...rect, x: 0 }, { source: 256, ms: 1 }), RangeError);
  assert.throws(() => drawTimecode(plane, 100, 100, 50, { ...rect, x: 0 }, { source: 1, ms: 1.5 }), RangeError);
  assert.equal(readTimecode(plane, 100, rect), undefined);
  assert.equal(readTimecode(plane, 100, { x: -500, y: -80, width: 70, height: 900 }), undefined);
});

test('the chroma under a code covers it, for odd rectangles too', () => {
  assert.deepEqual(chromaRectOf({ x: 3, y: 2, width: 4, height: 3 }), { x: 1, y: 1, width: 3, height: 2 });
  const chroma = new Uint8Array(16);
  fillPlane(chroma, 4, 4, 4, { x: 2, y: -1, width: 9, height: 2 }, 128);
  assert.deepEqual([...chroma.subarray(0, 8)], [0, 0, 128, 128, 0, 0, 0, 0]);
});

test('drawing is cheap enough for every frame, searching for every frame of a file', () => {
  const plane = picture({ source: 1, ms: 0 });
  const rect = timecodeRectIn(SIZE);
  const microseconds = (times: number, act: () => void): number => {
    act();
    const from = process.cpuUsage();
    for (let n = 0; n < times; n++) act();
    const { user, system } = process.cpuUsage(from);
    return (user + system) / times;
  };
  assert.ok(microseconds(200, () => drawTimecode(plane, 1280, 1280, 720, rect, { source: 1, ms: NOW_MS })) < 200);
  assert.ok(microseconds(20, () => findTimecodes(plane, 1280, 1280, 720)) < 20_000);
});
