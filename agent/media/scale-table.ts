/** How one line of pixels becomes another of a different length: for each output pixel where to start and how to weigh. */
export interface ScaleTable {
  starts: Int32Array;
  /** `taps` weights for each output pixel, sum 16384. */
  weights: Int16Array;
  taps: number;
}

const ONE = 16384;

/**
 * A table that maps `from` source pixels (beginning at `offset` in a line of `line` pixels) to `to` pixels: Catmull-Rom
 * when it grows or shrinks a little (sharp text), a triangle when it shrinks much (no moiré). `multiple` pads the taps with zeros.
 */
export function scaleTable(from: number, offset: number, line: number, to: number, multiple: number): ScaleTable {
  const ratio = from / to;
  const stretch = Math.max(1, ratio);
  const [kernel, reach] = ratio > 2 ? ([triangle, 1] as const) : ([catmullRom, 2] as const);
  const taps = Math.min(
    Math.ceil((2 * reach * stretch + 1) / multiple) * multiple,
    Math.floor(line / multiple) * multiple,
  );
  const starts = new Int32Array(to);
  const weights = new Int16Array(to * taps);
  for (let index = 0; index < to; index++) {
    const centre = offset + (index + 0.5) * ratio - 0.5;
    const first = Math.max(0, Math.min(line - taps, Math.ceil(centre - reach * stretch)));
    starts[index] = first;
    weights.set(normalised(weightsAt(centre, first, taps, offset, from, stretch, kernel)), index * taps);
  }
  return { starts, weights, taps };
}

/** Weights of pixels outside the source's part are given to its edge pixel. */
function weightsAt(
  centre: number,
  first: number,
  taps: number,
  offset: number,
  from: number,
  stretch: number,
  kernel: (x: number) => number,
): number[] {
  const sums = Array.from({ length: taps }, () => 0);
  const reach = 2 * stretch + 1;
  for (let pixel = Math.floor(centre - reach); pixel <= Math.ceil(centre + reach); pixel++) {
    const inside = Math.max(offset, Math.min(offset + from - 1, pixel));
    const tap = inside - first;
    if (tap >= 0 && tap < taps) sums[tap] = (sums[tap] ?? 0) + kernel((pixel - centre) / stretch);
  }
  return sums;
}

/** Rounds to a sum of exactly `ONE`; what rounding leaves goes to the largest weight. */
function normalised(weights: readonly number[]): number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0) || 1;
  const whole = weights.map((weight) => Math.round((weight / sum) * ONE));
  const largest = whole.indexOf(Math.max(...whole));
  whole[largest] = (whole[largest] ?? 0) + ONE - whole.reduce((total, weight) => total + weight, 0);
  return whole;
}

const triangle = (x: number): number => Math.max(0, 1 - Math.abs(x));

function catmullRom(signed: number): number {
  const x = Math.abs(signed);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}
