import type { Rect, Size } from './geometry.ts';

/**
 * A time code that machines read back from a picture: a block of black and white cells in the luma plane.
 *
 *     column  0   1 2 3-5 6 7   8   9 … 31   32   33 34 35   36
 *             .   W B  W  B W   .   data     .    W  B  W    .      (rows 1 to 3; rows 0 and 4 are black)
 *
 * Bars 1:1:3:1:1 at the left and 1:1:1 at the right say where it is and how large a cell is, whatever the
 * scale; a black border keeps it apart from the picture. 69 data cells, row by row, most significant bit
 * first: source (8), mark (1), milliseconds (44), CRC-16/CCITT of those (16). White is 1.
 * Cells of 3 pixels in the final picture are read; with 16-pixel cells in a 1280x720 picture that is a window of 240x135.
 */
export const TIMECODE_COLUMNS = 37;
/** Rows of a block of cells. */
export const TIMECODE_ROWS = 5;

const DATA_ROWS = 3;
const DATA_COLUMNS = 23;
const FIRST_DATA_COLUMN = 9;
const LEFT_BARS = [1, 3, 4, 5, 7];
const RIGHT_BARS = [33, 35];
const WHITE_BARS = [...LEFT_BARS, ...RIGHT_BARS];
const BLACK_BARS = [2, 6, 8, 32, 34];
/** Cells from the outer edge of the first bar to that of the last. */
const BAR_TO_BAR = 35;
const CRC_BITS = 16;
const BITS = DATA_ROWS * DATA_COLUMNS;
const BLACK = 16;
const WHITE = 235;
const MIDDLE = 126;
const SMALLEST_CELL_PX = 2.2;

/** The content of a time code. */
export interface Timecode {
  /** The source: 0 the box, 1 slides, 2 camera; others, up to 255, are free. */
  source: number;
  /** The source's clock in whole milliseconds, 0 to 2^44 - 1. */
  ms: number;
  /** Which code of the picture it is: 0 (or absent) the main one, 1 the second. */
  mark?: 0 | 1;
}

/** A time code with its place in the picture. */
export interface FoundTimecode extends Required<Timecode> {
  /** The whole block with its black border, in pixels, with fractions. */
  rect: Rect;
}

/**
 * Places at which a source draws its codes, in parts of its picture: mark 0 in the lower part (cells of 16 pixels in
 * 1280x720), mark 1 (cells of 12 pixels) in the upper part. A picture that is torn between them shows two different
 * times.
 */
export const TIMECODE_PLACES: readonly [Rect, Rect] = [
  { x: 344 / 1280, y: 624 / 720, width: (TIMECODE_COLUMNS * 16) / 1280, height: (TIMECODE_ROWS * 16) / 720 },
  { x: 418 / 1280, y: 8 / 720, width: (TIMECODE_COLUMNS * 12) / 1280, height: (TIMECODE_ROWS * 12) / 720 },
];

/** The rectangle in pixels, with even numbers, at which a source of this size draws the code of this mark. */
export function timecodeRectIn(size: Size, mark: 0 | 1 = 0): Rect {
  const place = TIMECODE_PLACES[mark];
  return {
    x: even(place.x * size.widthPx),
    y: even(place.y * size.heightPx),
    width: even(place.width * size.widthPx),
    height: even(place.height * size.heightPx),
  };
}

/** The part of a 4:2:0 chroma plane under `rect`. */
export function chromaRectOf(rect: Rect): Rect {
  const x = rect.x >> 1;
  const y = rect.y >> 1;
  return { x, y, width: ((rect.x + rect.width + 1) >> 1) - x, height: ((rect.y + rect.height + 1) >> 1) - y };
}

/**
 * Fills the part of `rect` that is inside of a plane. For the chroma under a code: `fillPlane(u, …, chromaRectOf(rect),
 * 128)`.
 */
export function fillPlane(plane: Uint8Array, stride: number, width: number, height: number, rect: Rect, value: number) {
  const left = Math.max(0, rect.x);
  const right = Math.min(width, rect.x + rect.width);
  if (right <= left) return;
  for (let y = Math.max(0, rect.y); y < Math.min(height, rect.y + rect.height); y++)
    plane.fill(value, y * stride + left, y * stride + right);
}

/**
 * Draws `code` into a luma plane (video range) at `rect` (whole pixels, stretched). Throws a RangeError for a rectangle
 * outside of the plane or numbers out of range. Takes about 10 µs at 592x80.
 */
export function drawTimecode(
  plane: Uint8Array,
  stride: number,
  planeWidthPx: number,
  planeHeightPx: number,
  rect: Rect,
  code: Timecode,
): void {
  const { x, y, width, height } = rect;
  if (x < 0 || y < 0 || x + width > planeWidthPx || y + height > planeHeightPx)
    throw new RangeError(`time code at ${x},${y} ${width}x${height} is outside of ${planeWidthPx}x${planeHeightPx}`);
  const bits = encode(code);
  for (let row = 0; row < TIMECODE_ROWS; row++) {
    const top = y + Math.round((row * height) / TIMECODE_ROWS);
    const bottom = y + Math.round(((row + 1) * height) / TIMECODE_ROWS);
    if (bottom === top) continue;
    const start = top * stride + x;
    plane.fill(BLACK, start, start + width);
    if (row > 0 && row <= DATA_ROWS) drawRow(plane, start, width, bits, row - 1);
    for (let line = top + 1; line < bottom; line++) plane.copyWithin(line * stride + x, start, start + width);
  }
}

function drawRow(plane: Uint8Array, start: number, width: number, bits: Uint8Array, row: number): void {
  const white = (column: number): void => {
    const from = start + Math.round((column * width) / TIMECODE_COLUMNS);
    plane.fill(WHITE, from, start + Math.round(((column + 1) * width) / TIMECODE_COLUMNS));
  };
  LEFT_BARS.forEach(white);
  RIGHT_BARS.forEach(white);
  for (let column = 0; column < DATA_COLUMNS; column++)
    if (bits[row * DATA_COLUMNS + column]) white(FIRST_DATA_COLUMN + column);
}

/** Reads the code at `rect`, the whole block, to within two pixels; undefined if none is readable. */
export function readTimecode(luma: Uint8Array, stride: number, rect: Rect): Required<Timecode> | undefined {
  const stepX = rect.width / TIMECODE_COLUMNS / 4;
  const stepY = rect.height / TIMECODE_ROWS / 4;
  for (const [dx, dy] of NUDGES) {
    const code = sample(luma, stride, { ...rect, x: rect.x + dx * stepX, y: rect.y + dy * stepY });
    if (code) return code;
  }
  return undefined;
}

const NUDGES = [0, -1, 1].flatMap((dy) => [0, -1, 1].map((dx): [number, number] => [dx, dy]));

/** All readable codes of a picture, at any place and scale, from top to bottom. Takes about 1 ms at 1280x720. */
export function findTimecodes(luma: Uint8Array, stride: number, width: number, height: number): FoundTimecode[] {
  const found: FoundTimecode[] = [];
  const edges = new Int32Array(width + 2);
  for (let y = 1; y < height; y += 2) {
    const count = edgesOfLine(luma, y * stride, width, edges);
    for (let at = 0; at + 5 < count; at++) {
      if (!isLeftGuard(luma, y * stride, edges, at)) continue;
      const x = edges[at] as number;
      if (found.some(({ rect }) => y >= rect.y && y < rect.y + rect.height && x >= rect.x && x < rect.x + rect.width))
        continue;
      const block = blockFrom(luma, stride, height, edges, count, at, y);
      if (block) found.push(block);
    }
  }
  return found;
}

/** The positions at which a line changes between dark and bright. */
function edgesOfLine(luma: Uint8Array, start: number, width: number, edges: Int32Array): number {
  let count = 0;
  let bright = false;
  for (let x = 0; x < width; x++) {
    if ((luma[start + x] as number) >= MIDDLE !== bright) {
      bright = !bright;
      edges[count++] = x;
    }
  }
  return count;
}

/** Whether the runs from edge `at` are the left bars: white, black, white, black, white as 1:1:3:1:1. */
function isLeftGuard(luma: Uint8Array, start: number, edges: Int32Array, at: number): boolean {
  const first = edges[at] as number;
  if ((luma[start + first] as number) < MIDDLE) return false;
  const unit = ((edges[at + 5] as number) - first) / 7;
  if (unit < SMALLEST_CELL_PX) return false;
  for (let run = 0; run < 5; run++) {
    const length = (edges[at + run + 1] as number) - (edges[at + run] as number);
    if (Math.abs(length - (run === 2 ? 3 : 1) * unit) > 0.6 * unit) return false;
  }
  return true;
}

/** Looks for the right bars of the left ones at edge `at`, and reads the code between them. */
function blockFrom(
  luma: Uint8Array,
  stride: number,
  height: number,
  edges: Int32Array,
  count: number,
  at: number,
  y: number,
): FoundTimecode | undefined {
  const first = edges[at] as number;
  const unit = ((edges[at + 5] as number) - first) / 7;
  const vertical = whiteSpan(luma, stride, height, Math.round(first + 3.5 * unit), y);
  const cellHeight = (vertical.bottom - vertical.top) / DATA_ROWS;
  if (cellHeight < SMALLEST_CELL_PX || cellHeight > 6 * unit) return undefined;
  const left = crossing(luma, y * stride, first);
  for (let end = at + 7; end < count; end += 2) {
    const right = edges[end] as number;
    if (right < first + (BAR_TO_BAR - 3) * unit) continue;
    if (right > first + (BAR_TO_BAR + 3) * unit) break;
    const cellWidth = (crossing(luma, y * stride, right) - left) / BAR_TO_BAR;
    const rect = {
      x: left - cellWidth,
      y: vertical.top - cellHeight,
      width: cellWidth * TIMECODE_COLUMNS,
      height: cellHeight * TIMECODE_ROWS,
    };
    const code = readTimecode(luma, stride, rect);
    if (code) return { ...code, rect };
  }
  return undefined;
}

/** The extent of the broad bar above and below line `y`. */
function whiteSpan(luma: Uint8Array, stride: number, height: number, x: number, y: number) {
  const at = (line: number): number => luma[line * stride + x] as number;
  let top = y;
  while (top > 0 && at(top - 1) >= MIDDLE) top--;
  let bottom = y;
  while (bottom < height && at(bottom) >= MIDDLE) bottom++;
  const over = (dark: number, bright: number): number => (bright - MIDDLE) / Math.max(1, bright - dark);
  return {
    top: top > 0 ? top + 0.5 - over(at(top - 1), at(top)) : 0,
    bottom: bottom < height ? bottom - 0.5 + over(at(bottom), at(bottom - 1)) : height,
  };
}

/** The place, between two pixels, at which a line crosses the middle; `x` is the first pixel beyond it. */
function crossing(luma: Uint8Array, start: number, x: number): number {
  const before = luma[start + x - 1] ?? MIDDLE;
  const after = luma[start + x] ?? MIDDLE;
  return x === 0 || before === after ? x : x - 0.5 + (MIDDLE - before) / (after - before);
}

/** Reads a block at an exactly known place. */
function sample(luma: Uint8Array, stride: number, rect: Rect): Required<Timecode> | undefined {
  const cellWidth = rect.width / TIMECODE_COLUMNS;
  const cellHeight = rect.height / TIMECODE_ROWS;
  const level = (column: number, row: number): number =>
    meanAt(luma, stride, rect.x + (column + 0.5) * cellWidth, rect.y + (row + 1.5) * cellHeight, cellWidth, cellHeight);
  const mean = (levels: readonly number[]): number => levels.reduce((sum, value) => sum + value, 0) / levels.length;
  const bits = new Uint8Array(BITS);
  for (let row = 0; row < DATA_ROWS; row++) {
    const whites = WHITE_BARS.map((column) => level(column, row));
    const blacks = BLACK_BARS.map((column) => level(column, row));
    const middle = (mean(whites) + mean(blacks)) / 2;
    if (!(mean(whites) - mean(blacks) > 40)) return undefined;
    // Bars are checked too: a CRC of 16 bits alone accepts one in 65536 places without a code.
    if (!whites.every((value) => value > middle) || !blacks.every((value) => value < middle)) return undefined;
    for (let column = 0; column < DATA_COLUMNS; column++)
      bits[row * DATA_COLUMNS + column] = level(FIRST_DATA_COLUMN + column, row) > middle ? 1 : 0;
  }
  return decode(bits);
}

/** Mean of up to 4x4 points in the inner half of a cell; NaN outside of the plane. */
function meanAt(luma: Uint8Array, stride: number, x: number, y: number, cellWidth: number, cellHeight: number): number {
  const acrossPoints = Math.max(1, Math.min(4, Math.round(cellWidth / 2)));
  const downPoints = Math.max(1, Math.min(4, Math.round(cellHeight / 2)));
  let sum = 0;
  for (let j = 0; j < downPoints; j++) {
    const py = Math.floor(y + ((j + 0.5) / downPoints - 0.5) * 0.5 * cellHeight);
    for (let i = 0; i < acrossPoints; i++) {
      const px = Math.floor(x + ((i + 0.5) / acrossPoints - 0.5) * 0.5 * cellWidth);
      sum += px < 0 || px >= stride ? Number.NaN : (luma[py * stride + px] ?? Number.NaN);
    }
  }
  return sum / (acrossPoints * downPoints);
}

function encode({ source, ms, mark = 0 }: Timecode): Uint8Array {
  if (!Number.isInteger(source) || source < 0 || source > 255) throw new RangeError(`source ${source} is not 0 to 255`);
  if (!Number.isInteger(ms) || ms < 0 || ms >= 2 ** 44) throw new RangeError(`${ms} ms is not a whole number to 2^44`);
  const bits = new Uint8Array(BITS);
  putBits(bits, 0, 8, source);
  putBits(bits, 8, 1, mark);
  putBits(bits, 9, 44, ms);
  putBits(bits, BITS - CRC_BITS, CRC_BITS, crcOf(bits));
  return bits;
}

function decode(bits: Uint8Array): Required<Timecode> | undefined {
  if (getBits(bits, BITS - CRC_BITS, CRC_BITS) !== crcOf(bits)) return undefined;
  return { source: getBits(bits, 0, 8), mark: getBits(bits, 8, 1) as 0 | 1, ms: getBits(bits, 9, 44) };
}

/** CRC-16/CCITT-FALSE of the bits before the CRC. */
function crcOf(bits: Uint8Array): number {
  let crc = 0xffff;
  for (let at = 0; at < BITS - CRC_BITS; at++) {
    const feedback = (crc >> 15) ^ (bits[at] as number);
    crc = ((crc << 1) & 0xffff) ^ (feedback ? 0x1021 : 0);
  }
  return crc;
}

// Divides instead of shifting, since the number has more than 32 bits.
function putBits(bits: Uint8Array, from: number, count: number, value: number): void {
  let rest = value;
  for (let at = from + count - 1; at >= from; at--) {
    bits[at] = rest % 2;
    rest = Math.floor(rest / 2);
  }
}

function getBits(bits: Uint8Array, from: number, count: number): number {
  let value = 0;
  for (let at = from; at < from + count; at++) value = value * 2 + (bits[at] as number);
  return value;
}

const even = (value: number): number => Math.round(value / 2) * 2;
