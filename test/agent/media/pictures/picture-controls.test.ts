import assert from 'node:assert/strict';
import test from 'node:test';
import { isNeutral, openPictureControls } from '#agent/media/pictures/picture-controls.ts';
import { openPictureMemory } from '#agent/media/pictures/picture-memory.ts';
import { copyOf, newPicture, paint, valuesIn, wholeOf } from '#test/support/pictures.ts';

const memory = openPictureMemory(4 << 20);
const adjust = openPictureControls(memory);
const NEUTRAL = { brightness: 64, contrast: 64, colour: 64, tint: 64 };
const frame = newPicture(memory, 32, 16);
const whole = wholeOf(frame);
const fresh = (): void =>
  paint(memory, frame, (plane, x, y) => (plane === 0 ? 16 + ((x * 7 + y * 31) % 220) : 40 + x * 10));

test('neutral leaves every byte as it is', () => {
  fresh();
  const before = copyOf(memory, frame);
  adjust(frame, whole, NEUTRAL);
  assert.ok(copyOf(memory, frame).equals(before));
  assert.equal(isNeutral(NEUTRAL), true);
  for (const control of ['brightness', 'contrast', 'colour', 'tint'])
    assert.equal(isNeutral({ ...NEUTRAL, [control]: 65 }), false);
});

test('only the rectangle changes', () => {
  fresh();
  const before = copyOf(memory, frame);
  const rect = { x: 8, y: 4, width: 10, height: 6 };
  adjust(frame, rect, { brightness: 127, contrast: 20, colour: 10, tint: 100 });
  const after = copyOf(memory, frame);
  let changed = 0;
  for (let y = 0; y < 16; y++)
    for (let x = 0; x < 32; x++) {
      const inside = x >= 8 && x < 18 && y >= 4 && y < 10;
      if (!inside) assert.equal(after[y * 32 + x], before[y * 32 + x]);
      else if (after[y * 32 + x] !== before[y * 32 + x]) changed++;
    }
  assert.ok(changed > 50);
  for (let y = 0; y < 8; y++)
    for (let x = 0; x < 16; x++) {
      const at = 512 + y * 16 + x;
      if (!(x >= 4 && x < 9 && y >= 2 && y < 5)) assert.equal(after[at], before[at]);
    }
});

test('brightness and contrast move luma, in the range of video, and never turn it round', () => {
  const lumaOf = (picture: Partial<typeof NEUTRAL>): number[] => {
    paint(memory, frame, (plane, x, y) => (plane === 0 ? Math.min(255, x + y * 32) : 128));
    adjust(frame, whole, { ...NEUTRAL, ...picture });
    return valuesIn(memory, frame, 0, whole).flat().slice(16, 236);
  };
  for (const control of ['brightness', 'contrast'] as const)
    for (const value of [0, 1, 30, 63, 65, 100, 127]) {
      const luma = lumaOf({ [control]: value });
      assert.ok(
        luma.every((one) => one >= 16 && one <= 235),
        `${control} ${value}`,
      );
      luma.forEach((one, n) => assert.ok(n === 0 || one >= luma[n - 1]!, `${control} ${value} falls`));
    }
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  assert.ok(mean(lumaOf({ brightness: 100 })) > mean(lumaOf({})) + 20);
  assert.ok(mean(lumaOf({ brightness: 30 })) < mean(lumaOf({})) - 20);
  const range = (values: number[]): number => values[180]! - values[40]!;
  assert.ok(range(lumaOf({ contrast: 32 })) < 0.6 * range(lumaOf({})));
  assert.ok(range(lumaOf({ contrast: 90 })) > 1.2 * range(lumaOf({})));
  // The table is made anew when the values change, and again when they change back.
  assert.deepEqual(lumaOf({ brightness: 100 }), lumaOf({ brightness: 100 }));
});

test('colour 0 is grey, tint turns, grey stays grey', () => {
  const chromaOf = (u: number, v: number, picture: Partial<typeof NEUTRAL>): [number, number] => {
    paint(memory, frame, (plane) => [90, u, v][plane]!);
    adjust(frame, whole, { ...NEUTRAL, ...picture });
    return [valuesIn(memory, frame, 1, whole)[0]![0]!, valuesIn(memory, frame, 2, whole)[0]![0]!];
  };
  assert.deepEqual(chromaOf(30, 220, { colour: 0 }), [128, 128]);
  assert.deepEqual(chromaOf(128, 128, { colour: 127, tint: 0 }), [128, 128]);
  assert.deepEqual(chromaOf(100, 150, { colour: 96 }), [86, 161]);
  const [u, v] = chromaOf(178, 128, { tint: 0 });
  assert.ok(Math.abs(u - 128 - 35) <= 1 && Math.abs(Math.abs(v - 128) - 35) <= 1, `${u} ${v}`);
  // Strong colours end at the range of bytes.
  assert.deepEqual(chromaOf(255, 0, { colour: 127 }), [255, 0]);
});
