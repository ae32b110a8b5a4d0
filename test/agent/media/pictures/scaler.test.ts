import assert from 'node:assert/strict';
import test from 'node:test';
import { planesOf, type Picture } from '#agent/media/pictures/i420.ts';
import { openPictureMemory } from '#agent/media/pictures/picture-memory.ts';
import { openScaler } from '#agent/media/pictures/scaler.ts';
import { isIn, newPicture, paint, valuesIn, wholeOf } from '#test/support/pictures.ts';
import { between, seeded } from '#test/support/seeded.ts';

const memory = openPictureMemory(64 << 20);
const scale = openScaler(memory);
const CONSTANT = [77, 91, 203];

function withPictures(sizes: readonly [number, number][], act: (...pictures: Picture[]) => void): void {
  const pictures = sizes.map(([width, height]) => newPicture(memory, width, height));
  try {
    act(...pictures);
  } finally {
    for (const picture of pictures) memory.release(picture.address, (picture.widthPx * picture.heightPx * 3) / 2);
  }
}

test('the same size is copied exactly, and only there', () => {
  withPictures(
    [
      [64, 48],
      [96, 64],
    ],
    (source, target) => {
      const random = seeded(1);
      paint(memory, source, () => Math.floor(random() * 256));
      paint(memory, target, () => 7);
      const from = { x: 10, y: 6, width: 30, height: 20 };
      const to = { x: 42, y: 30, width: 30, height: 20 };
      scale(source, from, target, to);
      for (const plane of [0, 1, 2] as const) {
        assert.deepEqual(valuesIn(memory, target, plane, to), valuesIn(memory, source, plane, from));
        const { address, stride, shift } = planesOf(target)[plane];
        for (let y = 0; y < 64 >> shift; y++)
          for (let x = 0; x < stride; x++)
            if (!isIn(to, x, y, shift)) assert.equal(memory.bytes[address + y * stride + x], 7);
      }
    },
  );
});

/** Scales a constant part in a noisy picture into a marked one. What comes out tells of every pixel read or written outside. */
function oneSize(from: number, to: number, random: () => number): void {
  const margin = 2 * between(random, 0, 6);
  const [fromHeight, toHeight] = [Math.max(4, 402 - from), Math.max(2, 402 - to)].map((size) => size & ~1) as [
    number,
    number,
  ];
  withPictures(
    [
      [Math.max(16, from + 2 * margin), fromHeight + 2 * margin],
      [to + 12, toHeight + 8],
    ],
    (source, target) => {
      const part = { x: margin, y: margin, width: from, height: fromHeight };
      const into = { x: 6, y: 4, width: to, height: toHeight };
      paint(memory, source, (plane, x, y) =>
        isIn(part, x, y, plane > 0 ? 1 : 0) ? CONSTANT[plane]! : (x * 37 + y * 101) & 255,
      );
      memory.bytes.fill(3, target.address, target.address + (target.widthPx * target.heightPx * 3) / 2);
      const said = `${from}x${fromHeight} to ${to}x${toHeight}, margin ${margin}`;
      scale(source, part, target, into);
      planesOf(target).forEach(({ address, stride, shift }, plane) => {
        for (let y = 0; y < target.heightPx >> shift; y++)
          for (let x = 0; x < stride; x++) {
            const value = memory.bytes[address + y * stride + x];
            const due = isIn(into, x, y, shift) ? CONSTANT[plane] : 3;
            if (value !== due) assert.fail(`${said}: plane ${plane} at ${x},${y} is ${value}, not ${due}`);
          }
      });
    },
  );
}

test('any size to any size: a constant part stays constant, and no pixel beside it is read or written', () => {
  const random = seeded(2);
  for (let from = 2; from <= 400; from += 2)
    for (let round = 0; round < 3; round++) oneSize(from, 2 * between(random, 1, 200), random);
  for (let to = 2; to <= 400; to += 6) oneSize(2 * between(random, 1, 200), to, random);
});

test('rising stays rising: no rings on a gradient', () => {
  withPictures(
    [
      [256, 128],
      [400, 300],
    ],
    (source, target) => {
      paint(memory, source, (plane, x, y) => (plane === 0 ? Math.floor((x + y) / 2) + 16 : x + 40));
      for (const [width, height] of [
        [400, 300],
        [258, 130],
        [180, 90],
        [50, 20],
      ] as const) {
        const to = { x: 0, y: 0, width, height };
        scale(source, wholeOf(source), target, to);
        for (const plane of [0, 1, 2] as const) {
          const rows = valuesIn(memory, target, plane, to);
          for (const [y, row] of rows.entries())
            for (let x = 1; x < row.length; x++) {
              assert.ok(row[x]! >= row[x - 1]!, `${width}x${height}: plane ${plane} falls at ${x},${y}`);
              if (y > 0)
                assert.ok(row[x]! >= rows[y - 1]![x]!, `${width}x${height}: plane ${plane} falls down at ${x},${y}`);
            }
        }
      }
    },
  );
});

test('a sharp edge stays where it is, and within the range of bytes', () => {
  withPictures(
    [
      [320, 32],
      [320, 32],
    ],
    (source, target) => {
      paint(memory, source, (_, x) => (x < source.widthPx >> 1 ? 0 : 255));
      for (const width of [100, 160, 240, 318]) {
        scale(source, wholeOf(source), target, { x: 0, y: 0, width, height: 32 });
        const row = valuesIn(memory, target, 0, { x: 0, y: 0, width, height: 2 })[0]!;
        const edge = row.findIndex((value) => value > 127);
        assert.ok(Math.abs(edge - width / 2) <= 1, `${width}: the edge is at ${edge}`);
        assert.equal(row[2], 0);
        assert.equal(row.at(-3), 255);
      }
    },
  );
});

test('more sizes than tables are kept: what the oldest took is given back', () => {
  const small = openPictureMemory(3 << 20);
  const scaleSmall = openScaler(small);
  const [source, target] = [newPicture(small, 64, 64), newPicture(small, 400, 400)];
  paint(small, source, () => 50);
  for (let round = 0; round < 2; round++)
    for (let size = 2; size <= 400; size += 2) {
      const to = { x: 0, y: 0, width: size, height: 402 - size };
      scaleSmall(source, wholeOf(source), target, to);
      assert.ok(
        valuesIn(small, target, 0, to)
          .flat()
          .every((value) => value === 50),
        `${size}`,
      );
    }
});
