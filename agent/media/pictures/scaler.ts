import { at, planesOf, type Picture, type Plane } from './i420.ts';
import type { PictureMemory } from './picture-memory.ts';
import { scaleTable, type ScaleTable } from './scale-table.ts';
import type { Rect, Size } from '#lib/media/geometry.ts';

interface StoredTable {
  starts: number;
  startsBytes: number;
  weights: number;
  weightsBytes: number;
  taps: number;
}

/** Draws `from` of one picture into `to` of another, scaled; rectangles are even. */
export type Scaler = (source: Picture, from: Rect, target: Picture, to: Rect) => void;

/** Tables that are kept; with a further one the oldest is forgotten. */
const MAX_TABLES = 256;

/** Opens a scaler. */
export function openScaler(memory: PictureMemory): Scaler {
  const scalePlane = openPlaneScaler(memory);
  return (source, from, target, to) => {
    const targets = planesOf(target);
    planesOf(source).forEach((plane, index) => scalePlane(plane, source, from, targets[index]!, to));
  };
}

/** Opens a scaler of luma alone; of the target, only that plane is written. */
export function openLumaScaler(memory: PictureMemory): Scaler {
  const scalePlane = openPlaneScaler(memory);
  return (source, from, target, to) => scalePlane(planesOf(source)[0], source, from, planesOf(target)[0], to);
}

type PlaneScaler = (src: Plane, line: Size, from: Rect, dst: Plane, to: Rect) => void;

function openPlaneScaler(memory: PictureMemory): PlaneScaler {
  const tables = openTables(memory);
  const { kernels } = memory;
  let between = { address: 0, size: 0 };

  const room = (size: number): number => {
    if (size > between.size) {
      if (between.size > 0) memory.release(between.address, between.size);
      between = { address: memory.allocate(size), size };
    }
    return between.address;
  };

  return (src, line, from, dst, to) => {
    const half = src.shift;
    const [width, height] = [to.width >> half, to.height >> half];
    if (to.width === from.width && to.height === from.height) {
      return kernels.copyPlane(at(src, from), src.stride, at(dst, to), dst.stride, width, height);
    }
    if (from.width === 4 * to.width && from.height === 4 * to.height) {
      return kernels.quarterPlane(at(src, from), src.stride, at(dst, to), dst.stride, width, height);
    }
    // Rows come first, since that leaves fewer pixels for the second, dearer half.
    const rows = tables(from.height >> half, from.y >> half, line.heightPx >> half, height, 2);
    const columns = tables(from.width >> half, from.x >> half, line.widthPx >> half, width, 8);
    const middle = room(src.stride * height + 16);
    const { stride } = src;
    kernels.scaleRows(src.address, stride, middle, stride, stride, height, rows.starts, rows.weights, rows.taps);
    kernels.scaleColumns(
      ...([
        middle,
        stride,
        at(dst, to),
        dst.stride,
        width,
        height,
        columns.starts,
        columns.weights,
        columns.taps,
      ] as const),
    );
  };
}

type Tables = (from: number, offset: number, line: number, to: number, multiple: number) => StoredTable;

/** Tables by pairs of sizes; each is made once and kept in the picture memory. */
function openTables(memory: PictureMemory): Tables {
  const tables = new Map<string, StoredTable>();
  return (from, offset, line, to, multiple) => {
    const key = `${from}/${offset}/${line}/${to}/${multiple}`;
    const known = tables.get(key);
    if (known) return known;
    if (tables.size >= MAX_TABLES) forgetOldest(memory, tables);
    const made = store(memory, scaleTable(from, offset, line, to, multiple));
    tables.set(key, made);
    return made;
  };
}

function forgetOldest(memory: PictureMemory, tables: Map<string, StoredTable>): void {
  const [oldest] = tables;
  if (!oldest) return;
  const [key, table] = oldest;
  tables.delete(key);
  memory.release(table.starts, table.startsBytes);
  memory.release(table.weights, table.weightsBytes);
}

function store(memory: PictureMemory, table: ScaleTable): StoredTable {
  const [startsBytes, weightsBytes] = [table.starts.byteLength, table.weights.byteLength];
  const [starts, weights] = [memory.allocate(startsBytes), memory.allocate(weightsBytes)];
  memory.bytes.set(new Uint8Array(table.starts.buffer), starts);
  memory.bytes.set(new Uint8Array(table.weights.buffer), weights);
  return { starts, startsBytes, weights, weightsBytes, taps: table.taps };
}
