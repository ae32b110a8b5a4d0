/** How a line of pixels is scaled: for each output pixel, where to start and how to weigh. */
export interface ScaleTable {
  starts: Int32Array;
  /** `taps` weights for each output pixel; their sum is 16384. */
  weights: Int16Array;
  taps: number;
}

/** Sum of the weights of an output pixel: 1 in fixed point with 14 bits. */
const ONE = 16384;
/** Difference below which a number counts as whole. */
const TINY = 1e-6;

/**
 * A table that scales `from` source pixels (beginning at `offset` in a line of `line` pixels) to `to` pixels:
 * Catmull-Rom for enlarging and slight reduction (sharp text), the mean of the covered pixels for strong reduction (no
 * moiré). `multiple` pads the taps with zeros.
 */
export function scaleTable(from: number, offset: number, line: number, to: number, multiple: number): ScaleTable {
  const ratio = from / to;
  const kernel = ratio > 2 ? covered(ratio) : stretched(Math.max(1, ratio));
  const centres = Array.from({ length: to }, (_, index) => offset + (index + 0.5) * ratio - 0.5);
  const firsts = centres.map((centre) => Math.floor(centre - kernel.reach + TINY) + 1);
  const most = Math.max(...centres.map((centre, index) => Math.ceil(centre + kernel.reach - TINY) - firsts[index]!));
  const taps = Math.min(Math.ceil(most / multiple) * multiple, Math.floor(line / multiple) * multiple);
  const starts = Int32Array.from(firsts, (first) => Math.max(0, Math.min(line - taps, first)));
  const weights = new Int16Array(to * taps);
  for (const [index, centre] of centres.entries())
    weights.set(normalised(weightsAt(centre, starts[index]!, taps, offset, from, kernel)), index * taps);
  return { starts, weights, taps };
}

/** The weights of one output pixel. Those of pixels outside of the source's part are added to its edge pixel. */
function weightsAt(
  centre: number,
  first: number,
  taps: number,
  offset: number,
  from: number,
  kernel: Kernel,
): number[] {
  const sums = Array.from({ length: taps }, () => 0);
  for (let pixel = Math.floor(centre - kernel.reach); pixel <= Math.ceil(centre + kernel.reach); pixel++) {
    const inside = Math.max(offset, Math.min(offset + from - 1, pixel));
    const tap = inside - first;
    if (tap >= 0 && tap < taps) sums[tap] = (sums[tap] ?? 0) + kernel.weight(Math.abs(pixel - centre));
  }
  return sums;
}

/** Weights that are rounded to a sum of exactly `ONE`; the rest of the rounding goes to the largest. */
function normalised(weights: readonly number[]): number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0) || 1;
  const whole = weights.map((weight) => Math.round((weight / sum) * ONE));
  const largest = whole.indexOf(Math.max(...whole));
  whole[largest] = (whole[largest] ?? 0) + ONE - whole.reduce((total, weight) => total + weight, 0);
  return whole;
}

/** The weight of a source pixel by its distance from the centre of the new one; zero from `reach` on. */
interface Kernel {
  reach: number;
  weight(distance: number): number;
}

/** The part of a source pixel that is covered by a new one of `width` source pixels. */
const covered = (width: number): Kernel => ({
  reach: (width + 1) / 2,
  weight: (distance) => Math.max(0, Math.min(1, (width + 1) / 2 - distance)),
});

/** Catmull-Rom, stretched by `stretch`. */
const stretched = (stretch: number): Kernel => ({
  reach: 2 * stretch,
  weight(distance) {
    const x = distance / stretch;
    if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
    return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
  },
});
