import assert from 'node:assert/strict';
import test from 'node:test';
import { openPictureMemory } from '#agent/media/pictures/picture-memory.ts';
import { between, seeded } from '#test/support/seeded.ts';

const memory = openPictureMemory(8 << 20);
const { kernels, bytes } = memory;
const GUARD = 64;

/** A block of memory between guards; `check` fails when anything was written beside it. */
function guarded(size: number): { address: number; check(): void } {
  const room = memory.allocate(size + 2 * GUARD);
  bytes.fill(0xa5, room, room + size + 2 * GUARD);
  return {
    address: room + GUARD,
    check() {
      for (let at = 0; at < GUARD; at++) {
        assert.equal(bytes[room + at], 0xa5, 'written before');
        assert.equal(bytes[room + GUARD + size + at], 0xa5, 'written behind');
      }
      memory.release(room, size + 2 * GUARD);
    },
  };
}

function filled(size: number, value: (at: number) => number): { address: number; check(): void } {
  const block = guarded(size);
  for (let at = 0; at < size; at++) bytes[block.address + at] = value(at);
  return block;
}

test('copy and fill touch their rectangle alone', () => {
  for (let width = 1; width <= 40; width++) {
    const source = filled(width * 3, (at) => at & 127);
    const target = guarded(width * 3);
    kernels.copyPlane(source.address, width, target.address, width, width, 3);
    for (let at = 0; at < width * 3; at++) assert.equal(bytes[target.address + at], at & 127);
    kernels.fillPlane(target.address, width, width, 3, 200);
    for (let at = 0; at < width * 3; at++) assert.equal(bytes[target.address + at], 200);
    source.check();
    target.check();
  }
});

test('a quarter is the mean of sixteen pixels, rounded, at any width and place', () => {
  const random = seeded(12);
  for (let width = 1; width <= 40; width++) {
    const stride = 4 * width + 3;
    const source = filled(stride * 8, () => between(random, 0, 255));
    const target = guarded(width * 2);
    kernels.quarterPlane(source.address, stride, target.address, width, width, 2);
    for (let at = 0; at < width * 2; at++) {
      const [x, y] = [at % width, Math.floor(at / width)];
      const pixels = Array.from(
        { length: 16 },
        (_, k) => bytes[source.address + (4 * y + (k >> 2)) * stride + 4 * x + (k & 3)]!,
      );
      const mean = pixels.reduce((sum, pixel) => sum + pixel, 0) / 16;
      assert.equal(bytes[target.address + at], Math.floor(mean + 0.5), `${width}: ${x},${y}`);
    }
    source.check();
    target.check();
  }
});

test('blending: nothing where transparent, all where opaque, between as rounded, at any width', () => {
  for (let width = 1; width <= 40; width++) {
    const colour = filled(width, () => 0);
    const keep = filled(width, () => 255);
    const target = filled(width, (at) => (at * 7) & 255);
    kernels.blendPlane(colour.address, keep.address, width, target.address, width, width, 1);
    for (let at = 0; at < width; at++) assert.equal(bytes[target.address + at], (at * 7) & 255);
    bytes.fill(180, colour.address, colour.address + width);
    bytes.fill(0, keep.address, keep.address + width);
    kernels.blendPlane(colour.address, keep.address, width, target.address, width, width, 1);
    for (let at = 0; at < width; at++) assert.equal(bytes[target.address + at], 180);
    for (const block of [colour, keep, target]) block.check();
  }
});

test('every mixture of a colour, an alpha and a picture is within two of the exact one', () => {
  const count = 256;
  for (let alpha = 0; alpha <= 255; alpha += 5)
    for (const value of [16, 90, 235]) {
      const colour = filled(count, () => Math.round((value * alpha) / 255));
      const keep = filled(count, () => 255 - alpha);
      const target = filled(count, (at) => at);
      kernels.blendPlane(colour.address, keep.address, count, target.address, count, count, 1);
      for (let at = 0; at < count; at++) {
        const exact = Math.min(255, (value * alpha) / 255 + (at * (255 - alpha)) / 255);
        const error = Math.abs(bytes[target.address + at]! - exact);
        assert.ok(error < 2, `alpha ${alpha}, ${value} over ${at}: ${bytes[target.address + at]}, not ${exact}`);
      }
      for (const block of [colour, keep, target]) block.check();
    }
});

test('the eight pixels at a time and the rest of a row are blended alike', () => {
  const random = seeded(9);
  const width = 13;
  const [c, k, d] = Array.from({ length: 3 }, () => Array.from({ length: width }, () => between(random, 0, 255)));
  const blend = (at: number, length: number): number[] => {
    const colour = filled(length, (n) => c![at + n]!);
    const keep = filled(length, (n) => k![at + n]!);
    const target = filled(length, (n) => d![at + n]!);
    kernels.blendPlane(colour.address, keep.address, length, target.address, length, length, 1);
    const result = [...bytes.subarray(target.address, target.address + length)];
    for (const block of [colour, keep, target]) block.check();
    return result;
  };
  const oneByOne = Array.from({ length: width }, (_, at) => blend(at, 1)[0]);
  assert.deepEqual(blend(0, width), oneByOne);
});

test('a colour drawn as overlay and read back as RGB is the same within 3', () => {
  const random = seeded(4);
  const [width, height] = [8, 4];
  for (let round = 0; round < 300; round++) {
    const rgb = [between(random, 0, 255), between(random, 0, 255), between(random, 0, 255)];
    const rgba = filled(width * height * 4, (at) => (at % 4 === 3 ? 255 : rgb[at % 4]!));
    const [y, keep, u, v, keepC] = [32, 32, 8, 8, 8].map((size) => guarded(size));
    kernels.fromRgba(
      ...([rgba.address, width, width, height] as const),
      ...([y!.address, keep!.address, u!.address, v!.address, keepC!.address] as const),
    );
    assert.equal(bytes[keep!.address], 0);
    assert.equal(bytes[keepC!.address], 0);
    const out = guarded(width * height * 3);
    kernels.toRgb(y!.address, u!.address, v!.address, width, height, out.address);
    for (let at = 0; at < width * height * 3; at++) {
      const value = bytes[out.address + at]!;
      assert.ok(Math.abs(value - rgb[at % 3]!) <= 3, `${rgb.join()} came back with ${value} for ${rgb[at % 3]}`);
    }
    for (const block of [rgba, y!, keep!, u!, v!, keepC!, out]) block.check();
  }
});

test('known colours of BT.709, limited range', () => {
  const known = [
    { rgb: [0, 0, 0], yuv: [16, 128, 128] },
    { rgb: [255, 255, 255], yuv: [235, 128, 128] },
    { rgb: [255, 0, 0], yuv: [63, 102, 240] },
    { rgb: [0, 255, 0], yuv: [173, 42, 26] },
    { rgb: [0, 0, 255], yuv: [32, 240, 118] },
  ];
  for (const { rgb, yuv } of known) {
    const rgba = filled(16, (at) => (at % 4 === 3 ? 255 : rgb[at % 4]!));
    const blocks = [4, 4, 1, 1, 1].map((size) => guarded(size));
    const [y, keep, u, v, keepC] = blocks.map(({ address }) => address) as [number, number, number, number, number];
    kernels.fromRgba(rgba.address, 2, 2, 2, y, keep, u, v, keepC);
    [bytes[y]!, bytes[u]!, bytes[v]!].forEach((value, plane) =>
      assert.ok(Math.abs(value - yuv[plane]!) <= 1, `${rgb.join()}: plane ${plane} is ${value}, not ${yuv[plane]}`),
    );
    for (const block of [rgba, ...blocks]) block.check();
  }
});

test('a row is visible when any of its pixels has alpha, however little', () => {
  for (let width = 1; width < 20; width++)
    for (let seen = -1; seen < width; seen++) {
      const row = filled(width * 4, (at) => (at % 4 !== 3 ? 255 : Math.floor(at / 4) === seen ? 1 : 0));
      assert.equal(kernels.isVisible(row.address, width), seen < 0 ? 0 : 1);
      row.check();
    }
});
