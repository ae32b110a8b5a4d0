import type { Rect, Size } from '#lib/media/geometry.ts';
import { openTextReader, type GreyPicture } from './ocr.ts';
import type { TitleSpan } from './result.ts';

/** A place for text, in parts of the canvas; in a large place, only what the sources' pictures leave free. */
export interface TextPlace {
  name: string;
  rect: Rect;
  hide: readonly Rect[];
}

interface State {
  fromFrame: number;
  frames: number;
  cells: Float32Array;
  /** The picture of the place; undefined if it has one colour, or is not in the layout. */
  crop: GreyPicture | undefined;
}

/** Keeps a picture of each different state of each place. */
export interface TitleWatch {
  /** Reads the places that the layout of this frame has. */
  look(luma: Uint8Array, frame: number, places: readonly TextPlace[]): void;
  /** The states by name, in order of time. */
  states(): ReadonlyMap<string, readonly State[]>;
}

const CELLS_ACROSS = 64;
const CELLS_DOWN = 12;
/** Change of a cell's brightness that coding alone may cause; a larger one is another text. */
const NOISE = 10;
/**
 * Number of frames after which a newer picture replaces the first one, since an encoder draws a new text sharply only
 * after some frames.
 */
const RENEW_FRAMES = 12;
const NOWHERE: Float32Array = new Float32Array(CELLS_ACROSS * CELLS_DOWN).fill(Number.NaN);

/** Makes a watch. */
export function openTitleWatch(size: Size): TitleWatch {
  const states = new Map<string, State[]>();
  const note = (name: string, frame: number, cells: Float32Array, crop: () => GreyPicture | undefined): void => {
    const known = states.get(name) ?? [];
    states.set(name, known);
    const last = known.at(-1);
    if (!last || !isSame(last.cells, cells)) {
      known.push({ fromFrame: frame, frames: 1, cells, crop: crop() });
      return;
    }
    // Each frame is compared with the one before: a text that slowly becomes sharp is not another text.
    last.cells = cells;
    if (++last.frames % RENEW_FRAMES === 0) last.crop = crop() ?? last.crop;
  };
  return {
    look(luma, frame, places) {
      for (const place of places) {
        const cells = cellsOf(luma, size, place);
        note(place.name, frame, cells, () => (hasContrast(cells) ? cropOf(luma, size, place) : undefined));
      }
      for (const name of states.keys())
        if (!places.some((place) => place.name === name)) note(name, frame, NOWHERE, () => undefined);
    },
    states: () => states,
  };
}

/** Mean brightness of each cell of the place; NaN where a source's picture is. */
function cellsOf(luma: Uint8Array, size: Size, { rect, hide }: TextPlace): Float32Array {
  const { x, y, width, height } = inPixels(rect, size);
  const holes = hide.map((hole) => inPixels(hole, size));
  return Float32Array.from({ length: CELLS_ACROSS * CELLS_DOWN }, (_, at) => {
    const left = x + Math.floor(((at % CELLS_ACROSS) * width) / CELLS_ACROSS);
    const right = x + Math.floor((((at % CELLS_ACROSS) + 1) * width) / CELLS_ACROSS);
    const row = Math.floor(at / CELLS_ACROSS);
    const top = y + Math.floor((row * height) / CELLS_DOWN);
    const bottom = y + Math.floor(((row + 1) * height) / CELLS_DOWN);
    if (
      holes.some(
        (hole) => right > hole.x && left < hole.x + hole.width && bottom > hole.y && top < hole.y + hole.height,
      )
    )
      return Number.NaN;
    return meanOf(luma, size.widthPx, left, top, right, bottom);
  });
}

function meanOf(luma: Uint8Array, stride: number, left: number, top: number, right: number, bottom: number): number {
  let sum = 0;
  for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) sum += luma[y * stride + x] ?? 0;
  return sum / Math.max(1, (right - left) * (bottom - top));
}

function isSame(a: Float32Array, b: Float32Array): boolean {
  let changed = 0;
  for (let at = 0; at < a.length; at++) {
    const [one, other] = [a[at] as number, b[at] as number];
    if (Number.isNaN(one) !== Number.isNaN(other)) return false;
    if (Math.abs(one - other) > NOISE) changed++;
  }
  return changed < 2;
}

function hasContrast(cells: Float32Array): boolean {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of cells) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return most - least > NOISE;
}

function cropOf(luma: Uint8Array, size: Size, { rect, hide }: TextPlace): GreyPicture {
  const { x, y, width, height } = inPixels(rect, size);
  const out = Buffer.alloc(width * height);
  for (let line = 0; line < height; line++) {
    const from = (y + line) * size.widthPx + x;
    out.set(luma.subarray(from, from + width), line * width);
  }
  const ground = out[0] ?? 0;
  for (const hole of hide.map((part) => inPixels(part, size))) {
    const left = Math.max(x, hole.x);
    const right = Math.min(x + width, hole.x + hole.width);
    for (let line = Math.max(y, hole.y); line < Math.min(y + height, hole.y + hole.height); line++)
      if (right > left) out.fill(ground, (line - y) * width + left - x, (line - y) * width + right - x);
  }
  return { size: { widthPx: width, heightPx: height }, luma: out };
}

function inPixels({ x, y, width, height }: Rect, { widthPx, heightPx }: Size): Rect {
  const left = Math.min(widthPx, Math.max(0, Math.floor(x * widthPx)));
  const top = Math.min(heightPx, Math.max(0, Math.floor(y * heightPx)));
  const right = Math.min(widthPx, Math.ceil((x + width) * widthPx));
  const bottom = Math.min(heightPx, Math.ceil((y + height) * heightPx));
  return { x: left, y: top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) };
}

/** Number of frames that a state must last; shorter ones are the change to the next state. */
const LEAST_FRAMES = 3;
const MAX_READINGS = 150;

/**
 * The texts of each place with their times; each different picture is read once. `timeOf` gives the time of a frame,
 * and the end for frames after the last. The note says what was not read, and why.
 */
export async function readTitles(
  watch: TitleWatch,
  timeOf: (frame: number) => number,
  tesseract?: string,
): Promise<{ titles: TitleSpan[]; note?: string }> {
  const reader = await openTextReader(tesseract);
  if (!reader) return { titles: [], note: 'titles were not read: tesseract with French or English is not installed' };
  const titles: TitleSpan[] = [];
  let left = MAX_READINGS;
  for (const [name, all] of watch.states()) {
    const states = all.filter(({ frames }, at) => frames >= LEAST_FRAMES || at === all.length - 1);
    const read: { cells: Float32Array; text: string }[] = [];
    for (const [at, { fromFrame, cells, crop }] of states.entries()) {
      const known = read.find((other) => isSame(other.cells, cells));
      const text = known?.text ?? (crop && left-- > 0 ? await reader.read(crop) : '');
      if (!known) read.push({ cells, text });
      // The state began where the one before it ended, although its text was blurred at first.
      const before = all[all.findIndex((state) => state.fromFrame === fromFrame) - 1];
      const began = before && before.frames < LEAST_FRAMES && at > 0 ? before.fromFrame : fromFrame;
      const next = states[at + 1]?.fromFrame ?? Number.POSITIVE_INFINITY;
      titles.push({ name, text, fromMs: timeOf(began), toMs: timeOf(next) });
    }
  }
  return { titles: joined(titles), ...(left < 0 ? { note: `only ${MAX_READINGS} different texts were read` } : {}) };
}

/** Joins neighbours with the same text; places without text are left out. */
function joined(titles: readonly TitleSpan[]): TitleSpan[] {
  const out: TitleSpan[] = [];
  for (const title of titles) {
    const last = out.at(-1);
    if (last && last.name === title.name && last.text === title.text) last.toMs = title.toMs;
    else {
      if (last && last.name === title.name) last.toMs = title.fromMs;
      out.push({ ...title });
    }
  }
  return out.filter(({ text }) => text !== '').sort((a, b) => a.fromMs - b.fromMs);
}
