import { text } from 'node:stream/consumers';
import sharp from 'sharp';
import type { Rect, Size } from '#lib/media/geometry.ts';
import { startChild } from '#lib/runtime/child.ts';
import type { TitleSpan } from './result.ts';

const CELLS_ACROSS = 64;
const CELLS_DOWN = 36;
const NOISE = 10;
/** An encoder needs some frames to draw a new text sharply. */
const SETTLE_FRAMES = 12;
const MAX_PICTURES = 60;

interface TitlePicture {
  fromMs: number;
  frames: number;
  cells: Float32Array;
  /** Grey, one byte a pixel; undefined where there is nothing but one colour, or too many were kept. */
  crop: { size: Size; luma: Buffer } | undefined;
}

/** Keeps one picture of each different state of the title's area. */
export interface TitleWatch {
  /** `covered`: rectangles (in parts) of the sources' pictures, which are no title. */
  look(luma: Uint8Array, timeMs: number, covered: readonly Rect[]): void;
  pictures(): readonly TitlePicture[];
}

/** `area`: the title's rectangle in parts of the canvas; without it, all that the sources' pictures leave free. */
export function openTitleWatch(size: Size, area: Rect | undefined): TitleWatch {
  const pictures: TitlePicture[] = [];
  const rect = inPixels(area ?? { x: 0, y: 0, width: 1, height: 1 }, size);
  return {
    look(luma, timeMs, covered) {
      const holes = area ? [] : covered;
      const cells = cellsOf(luma, size, rect, holes);
      const last = pictures.at(-1);
      const same = last && isSame(last.cells, cells);
      if (same && ++last.frames !== SETTLE_FRAMES) return;
      const kept = pictures.length < MAX_PICTURES && hasContrast(cells);
      const crop = kept ? cropOf(luma, size, rect, holes) : undefined;
      if (same) last.crop = crop;
      else pictures.push({ fromMs: timeMs, frames: 1, cells, crop });
    },
    pictures: () => pictures,
  };
}

/** Mean brightness per cell, NaN where a source's picture is. */
function cellsOf(luma: Uint8Array, { widthPx, heightPx }: Size, rect: Rect, covered: readonly Rect[]): Float32Array {
  const cells = new Float32Array(CELLS_ACROSS * CELLS_DOWN);
  const across = rect.width / CELLS_ACROSS;
  const down = rect.height / CELLS_DOWN;
  for (let at = 0; at < cells.length; at++) {
    const x = rect.x + (at % CELLS_ACROSS) * across;
    const y = rect.y + Math.floor(at / CELLS_ACROSS) * down;
    const hidden = covered.some((hole) => touches(hole, x / widthPx, y / heightPx, across / widthPx, down / heightPx));
    cells[at] = hidden ? Number.NaN : meanOf(luma, widthPx, x, y, x + across, y + down);
  }
  return cells;
}

function touches(hole: Rect, x: number, y: number, width: number, height: number): boolean {
  const margin = 0.004;
  return (
    x + width > hole.x - margin &&
    x < hole.x + hole.width + margin &&
    y + height > hole.y - margin &&
    y < hole.y + hole.height + margin
  );
}

function meanOf(luma: Uint8Array, stride: number, left: number, top: number, right: number, bottom: number): number {
  let sum = 0;
  let count = 0;
  for (let y = Math.floor(top); y < bottom; y++)
    for (let x = Math.floor(left); x < right; x++, count++) sum += luma[y * stride + x] ?? 0;
  return sum / count;
}

function isSame(a: Float32Array, b: Float32Array): boolean {
  let changed = 0;
  for (const [at, value] of a.entries()) {
    const other = b[at] as number;
    if (Number.isNaN(value) !== Number.isNaN(other)) return false;
    if (Math.abs(value - other) > NOISE) changed++;
  }
  return changed < 2;
}

function hasContrast(cells: Float32Array): boolean {
  const seen = cells.filter((value) => !Number.isNaN(value));
  return seen.length > 0 && seen.reduce((a, b) => Math.max(a, b)) - seen.reduce((a, b) => Math.min(a, b)) > NOISE;
}

function cropOf(luma: Uint8Array, size: Size, rect: Rect, covered: readonly Rect[]): { size: Size; luma: Buffer } {
  const out = Buffer.alloc(rect.width * rect.height);
  for (let y = 0; y < rect.height; y++)
    out.set(luma.subarray((rect.y + y) * size.widthPx + rect.x).subarray(0, rect.width), y * rect.width);
  for (const hole of covered) {
    const { x, y, width, height } = inPixels(hole, size);
    for (let line = y; line < y + height; line++)
      out.fill(out[0] ?? 0, line * rect.width + x, line * rect.width + x + width);
  }
  return { size: { widthPx: rect.width, heightPx: rect.height }, luma: out };
}

function inPixels({ x, y, width, height }: Rect, { widthPx, heightPx }: Size): Rect {
  const left = Math.max(0, Math.floor(x * widthPx));
  const top = Math.max(0, Math.floor(y * heightPx));
  const right = Math.min(widthPx, Math.ceil((x + width) * widthPx));
  const bottom = Math.min(heightPx, Math.ceil((y + height) * heightPx));
  return { x: left, y: top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) };
}

/** Text of each title picture, read once per different picture. The note says why if there is none. */
export async function readTitles(
  watch: TitleWatch,
  endMs: number,
  tesseract = 'tesseract',
): Promise<{ titles: TitleSpan[]; note?: string }> {
  const language = await languageOf(tesseract);
  if (!language) return { titles: [], note: 'titles were not read: tesseract with French or English is not installed' };
  const pictures = watch.pictures();
  const titles: TitleSpan[] = [];
  const read: { cells: Float32Array; text: string }[] = [];
  for (const [at, { fromMs, cells, crop }] of pictures.entries()) {
    const known = read.find((other) => isSame(other.cells, cells));
    const words = known ? known.text : crop ? await recognise(tesseract, language, crop) : '';
    if (!known) read.push({ cells, text: words });
    titles.push({ fromMs, toMs: pictures[at + 1]?.fromMs ?? endMs, text: words });
  }
  return { titles: joined(titles) };
}

function joined(titles: readonly TitleSpan[]): TitleSpan[] {
  const out: TitleSpan[] = [];
  for (const title of titles) {
    const last = out.at(-1);
    if (last?.text === title.text) last.toMs = title.toMs;
    else out.push({ ...title });
  }
  return out;
}

async function languageOf(tesseract: string): Promise<string | undefined> {
  const child = startChild({ command: tesseract, argv: ['--list-langs'], takes: [1] });
  const out = await text(child.take(1)).catch(() => '');
  if ((await child.died).code !== 0) return undefined;
  const known = out.split('\n').filter((line) => line === 'fra' || line === 'eng');
  // One alone: with both, accents suffer.
  return known.includes('fra') ? 'fra' : known[0];
}

async function recognise(
  tesseract: string,
  language: string,
  { size: { widthPx, heightPx }, luma }: { size: Size; luma: Buffer },
): Promise<string> {
  const png = await sharp(luma, { raw: { width: widthPx, height: heightPx, channels: 1 } })
    .resize({ width: widthPx * 2, kernel: 'cubic' })
    .normalise()
    .png()
    .toBuffer();
  const child = startChild({
    command: tesseract,
    argv: ['stdin', 'stdout', '-l', language, '--psm', '11'],
    feeds: [0],
    takes: [1],
    env: { OMP_THREAD_LIMIT: '1' },
  });
  child.feed(0).end(png);
  const out = await text(child.take(1));
  await child.died;
  return out.split(/\s+/).filter(Boolean).join(' ');
}
