import { COLUMNS, ROWS } from './gray.ts';

/** Tiles that touch each other, also at a corner. */
export interface Patch {
  tiles: readonly number[];
  /** Its box in tiles: first and last column and row. */
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** The patches of tiles for which `isIn` holds. */
export function patchesOf(isIn: (tile: number) => boolean): Patch[] {
  const seen = new Uint8Array(COLUMNS * ROWS);
  const patches: Patch[] = [];
  for (let tile = 0; tile < seen.length; tile++)
    if (!seen[tile] && isIn(tile)) patches.push(patchFrom(tile, seen, isIn));
  return patches;
}

function patchFrom(first: number, seen: Uint8Array, isIn: (tile: number) => boolean): Patch {
  const tiles = [first];
  seen[first] = 1;
  // The list grows while it is walked through: each tile adds its neighbours.
  for (const tile of tiles) {
    for (const next of neighboursOf(tile)) {
      if (seen[next] || !isIn(next)) continue;
      seen[next] = 1;
      tiles.push(next);
    }
  }
  const columns = tiles.map((tile) => tile % COLUMNS);
  const rows = tiles.map((tile) => Math.floor(tile / COLUMNS));
  return {
    tiles,
    left: Math.min(...columns),
    right: Math.max(...columns),
    top: Math.min(...rows),
    bottom: Math.max(...rows),
  };
}

function* neighboursOf(tile: number): Generator<number> {
  const [column, row] = [tile % COLUMNS, Math.floor(tile / COLUMNS)];
  for (let y = Math.max(0, row - 1); y <= Math.min(ROWS - 1, row + 1); y++)
    for (let x = Math.max(0, column - 1); x <= Math.min(COLUMNS - 1, column + 1); x++)
      if (x !== column || y !== row) yield y * COLUMNS + x;
}

/** Whether a tile is in the box of a patch. */
export const isWithin = ({ left, right, top, bottom }: Patch, tile: number): boolean => {
  const [column, row] = [tile % COLUMNS, Math.floor(tile / COLUMNS)];
  return column >= left && column <= right && row >= top && row <= bottom;
};
