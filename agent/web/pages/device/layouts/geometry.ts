import type { Rect } from '../../shared/api-types.ts';

/** Moving and sizing on a 16:9 canvas, in parts of it (0 to 1). Pure. */

/** Margin at each edge, in parts of the canvas, that an old screen or a projector may cut off. */
export const SAFE = 0.05;
/** Distance from a line, in parts of the canvas, within which an edge is put on the line. */
export const SNAP = 0.012;
/** The least width and height of a thing, in parts of the canvas. */
const SMALLEST = 0.04;

/** The edges that are dragged; without any the whole rectangle is moved. */
export interface Grip {
  left?: boolean;
  right?: boolean;
  top?: boolean;
  bottom?: boolean;
}

export interface Lines {
  x: readonly number[];
  y: readonly number[];
}

/**
 * Lines on which things are aligned: edges and middle of the canvas, the safe area, edges and middles of the other
 * things.
 */
export function linesOf(others: readonly Rect[]): Lines {
  const canvas = [0, SAFE, 0.5, 1 - SAFE, 1];
  return {
    x: [...canvas, ...others.flatMap(({ x, width }) => [x, x + width / 2, x + width])],
    y: [...canvas, ...others.flatMap(({ y, height }) => [y, y + height / 2, y + height])],
  };
}

export interface Moved {
  rect: Rect;
  /** The lines on which the rectangle lies now, to be shown. */
  on: { x: number[]; y: number[] };
}

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));
const isMove = ({ left, right, top, bottom }: Grip): boolean => !(left || right || top || bottom);

/** A rectangle after it was dragged by a distance: it stays on the canvas, and is put on a line that is near. */
export function dragged(rect: Rect, grip: Grip, by: { x: number; y: number }, lines: Lines, keepShape = false): Moved {
  if (isMove(grip)) return moved(rect, by, lines);
  return sized(rect, grip, by, lines, keepShape);
}

function moved(rect: Rect, by: { x: number; y: number }, lines: Lines): Moved {
  const x = clamp(rect.x + by.x, 0, 1 - rect.width);
  const y = clamp(rect.y + by.y, 0, 1 - rect.height);
  const toX = nearest([x, x + rect.width / 2, x + rect.width], lines.x);
  const toY = nearest([y, y + rect.height / 2, y + rect.height], lines.y);
  const to = {
    ...rect,
    x: clamp(x + (toX?.by ?? 0), 0, 1 - rect.width),
    y: clamp(y + (toY?.by ?? 0), 0, 1 - rect.height),
  };
  return { rect: tidy(to), on: { x: toX ? [toX.line] : [], y: toY ? [toY.line] : [] } };
}

function sized(rect: Rect, grip: Grip, by: { x: number; y: number }, lines: Lines, keepShape: boolean): Moved {
  const across = edge([rect.x, rect.x + rect.width], [grip.left, grip.right], by.x, lines.x);
  const down = edge([rect.y, rect.y + rect.height], [grip.top, grip.bottom], by.y, lines.y);
  const to = { x: across.from, y: down.from, width: across.to - across.from, height: down.to - down.from };
  if (!keepShape) return { rect: tidy(to), on: { x: across.on, y: down.on } };
  return { rect: tidy(shaped(rect, to, grip)), on: { x: across.on, y: [] } };
}

/**
 * A rectangle that keeps its shape: the width as it was drawn, the height to match, at most up to the edge of the
 * canvas.
 */
function shaped(before: Rect, to: Rect, grip: Grip): Rect {
  const shape = before.height / before.width;
  const byHeight = !grip.left && !grip.right;
  const right = before.x + before.width;
  const bottom = before.y + before.height;
  const wish = byHeight ? to.height / shape : to.width;
  const room = Math.min(grip.left ? right : 1 - before.x, (grip.top ? bottom : 1 - before.y) / shape);
  const width = clamp(wish, SMALLEST, room);
  const height = width * shape;
  return { x: grip.left ? right - width : before.x, y: grip.top ? bottom - height : before.y, width, height };
}

function edge(
  [from, to]: [number, number],
  [holdsFrom = false, holdsTo = false]: [boolean | undefined, boolean | undefined],
  by: number,
  lines: readonly number[],
): { from: number; to: number; on: number[] } {
  if (holdsFrom) {
    const wish = clamp(from + by, 0, to - SMALLEST);
    const line = nearest([wish], lines);
    return { from: clamp(line?.line ?? wish, 0, to - SMALLEST), to, on: line ? [line.line] : [] };
  }
  if (!holdsTo) return { from, to, on: [] };
  const wish = clamp(to + by, from + SMALLEST, 1);
  const line = nearest([wish], lines);
  return { from, to: clamp(line?.line ?? wish, from + SMALLEST, 1), on: line ? [line.line] : [] };
}

/** The line that is nearest to any of these places, if one is near enough. */
function nearest(places: readonly number[], lines: readonly number[]): { line: number; by: number } | undefined {
  let best: { line: number; by: number } | undefined;
  for (const place of places) {
    for (const line of lines) {
      const by = line - place;
      if (Math.abs(by) <= SNAP && (!best || Math.abs(by) < Math.abs(best.by))) best = { line, by };
    }
  }
  return best;
}

/** Rounds to a ten-thousandth of the canvas, which is less than any pixel. */
function tidy({ x, y, width, height }: Rect): Rect {
  const round = (value: number): number => Math.round(value * 10_000) / 10_000;
  const [left, top] = [round(x), round(y)];
  return { x: left, y: top, width: Math.min(round(width), 1 - left), height: Math.min(round(height), 1 - top) };
}

const STEP = 0.0025;
const LARGE_STEP = 0.025;

/**
 * A rectangle after a key was pressed: arrows move it, with Alt they size it, with Shift by more. Undefined for other
 * keys.
 */
export function nudged(rect: Rect, key: string, { shift, alt }: { shift: boolean; alt: boolean }): Rect | undefined {
  const step = shift ? LARGE_STEP : STEP;
  const by = {
    ArrowLeft: { x: -step, y: 0 },
    ArrowRight: { x: step, y: 0 },
    ArrowUp: { x: 0, y: -step },
    ArrowDown: { x: 0, y: step },
  }[key];
  if (!by) return undefined;
  const free: Lines = { x: [], y: [] };
  return dragged(rect, alt ? { right: by.x !== 0, bottom: by.y !== 0 } : {}, by, free).rect;
}
