import type { Rect, Size } from '#lib/media/geometry.ts';
import { blend, planesOf, type I420, type Sprite } from '../pictures/i420.ts';
import { randomFrom, renderPicture, renderSprite } from '../pictures/render.ts';
import { sceneAt, type Deck, type Shown } from './deck.ts';

/** Paints a deck, picture by picture. */
export interface DeckPainter {
  size: Size;
  /** Paints what is seen at a time into `into`. Times may come in any order. */
  paint(into: I420, timeMs: number): Promise<void>;
}

const ARROW =
  '<path d="M2,2 L2,36 L11,28 L17,42 L23,39 L17,26 L29,26 Z" fill="#fff" stroke="#000" stroke-width="2.5"/>';
const ARROW_SIZE: Size = { widthPx: 32, heightPx: 48 };
/** Milliseconds of a scene of a film. */
const FILM_SCENE_MS = 5200;

/** Opens the painter of a deck. Slides are drawn when they are first seen. */
export async function openDeckPainter(deck: Deck, size: Size): Promise<DeckPainter> {
  const arrow = await renderSprite(ARROW, ARROW_SIZE, size);
  const drawn = new Map<string, I420>();
  const draw = async (svg: string, at: Size): Promise<I420> => {
    const key = `${at.widthPx} ${svg}`;
    const picture = drawn.get(key) ?? (await renderPicture(svg, at));
    drawn.delete(key);
    drawn.set(key, picture);
    const [oldest] = drawn.keys();
    if (drawn.size > 4 && oldest !== undefined) drawn.delete(oldest);
    return picture;
  };
  return {
    size,
    async paint(into, timeMs) {
      const { slides, camera } = sceneAt(deck, timeMs);
      into.data.fill(24, 0, size.widthPx * size.heightPx).fill(128, size.widthPx * size.heightPx);
      const place = placed(slides, size);
      const at = deck.shown.findLastIndex(({ fromMs }) => fromMs <= timeMs);
      const shown = deck.shown[Math.max(0, at)] as Shown;
      put(into, await draw(shown.svg, place), place);
      const before = deck.shown[at - 1];
      const part = (timeMs - shown.fromMs) / (shown.fadeMs || 1);
      if (before && part < 1) mix(into, await draw(before.svg, place), place, 1 - part);
      if (shown.film)
        paintFilm(into, within(place, shown.film.rect), timeMs - shown.fromMs, shown.film.playsMs, shown.slide);
      if (deck.spinner) spin(into, place, timeMs);
      if (deck.pointer) point(into, arrow, place, timeMs);
      if (camera) paintCamera(into, placed(camera, size), timeMs);
    },
  };
}

type Place = Size & { x: number; y: number };
const even = (value: number): number => Math.round(value / 2) * 2;
const placed = ({ x, y, width, height }: Rect, { widthPx, heightPx }: Size): Place => ({
  x: even(x * widthPx),
  y: even(y * heightPx),
  widthPx: even(width * widthPx),
  heightPx: even(height * heightPx),
});
const within = (place: Place, rect: Rect): Place => {
  const inside = placed(rect, place);
  return { ...inside, x: place.x + inside.x, y: place.y + inside.y };
};

function put(into: I420, from: I420, place: Place): void {
  const [target, source] = [planesOf(into), planesOf(from)];
  copyPlane(target.luma, into.size.widthPx, source.luma, from.size, place.x, place.y);
  const half = { widthPx: from.size.widthPx / 2, heightPx: from.size.heightPx / 2 };
  copyPlane(target.u, into.size.widthPx / 2, source.u, half, place.x / 2, place.y / 2);
  copyPlane(target.v, into.size.widthPx / 2, source.v, half, place.x / 2, place.y / 2);
}

function copyPlane(to: Uint8Array, stride: number, from: Uint8Array, size: Size, x: number, y: number): void {
  for (let row = 0; row < size.heightPx; row++) {
    to.set(from.subarray(row * size.widthPx, (row + 1) * size.widthPx), (y + row) * stride + x);
  }
}

function mix(into: I420, from: I420, place: Place, part: number): void {
  const { luma } = planesOf(into);
  const source = planesOf(from).luma;
  eachPixel(into, place, (at, x, y) => {
    luma[at] = Math.round(luma[at]! * (1 - part) + source[y * place.widthPx + x]! * part);
  });
}

function eachPixel(into: I420, place: Place, act: (at: number, x: number, y: number) => void): void {
  for (let y = 0; y < place.heightPx; y++) {
    const row = (place.y + y) * into.size.widthPx + place.x;
    for (let x = 0; x < place.widthPx; x++) act(row + x, x, y);
  }
}

/** A film: waves and a disc that move, another scene each five seconds, and a still picture once it has ended. */
function paintFilm(into: I420, place: Place, ageMs: number, playsMs: number, seed: number): void {
  const t = Math.min(ageMs, playsMs) / 1000;
  const scene = Math.floor(Math.min(ageMs, playsMs) / FILM_SCENE_MS) + seed * 7;
  const { luma, u, v } = planesOf(into);
  const [cx, cy] = [
    place.widthPx * (0.5 + 0.3 * Math.sin(t * 1.7 + scene)),
    place.heightPx * (0.5 + 0.3 * Math.cos(t * 1.1)),
  ];
  const radius = place.heightPx / 5;
  const [fx, fy] = [(8 + (scene % 5) * 3) / place.widthPx, (6 + (scene % 3) * 4) / place.heightPx];
  eachPixel(into, place, (at, x, y) => {
    const wave = 120 + 45 * Math.sin(x * fx + t * 2.3 + scene) + 40 * Math.cos(y * fy - t * 1.6 + scene * 2);
    const isDisc = (x - cx) ** 2 + (y - cy) ** 2 < radius ** 2;
    luma[at] = Math.round(isDisc ? 225 - (scene % 4) * 45 : wave);
  });
  grey(u, v, into, place);
}

function grey(u: Uint8Array, v: Uint8Array, into: I420, place: Place): void {
  const stride = into.size.widthPx / 2;
  for (let y = place.y / 2; y < (place.y + place.heightPx) / 2; y++) {
    const from = y * stride + place.x / 2;
    u.fill(128, from, from + place.widthPx / 2);
    v.fill(128, from, from + place.widthPx / 2);
  }
}

/** A teacher who walks, stops and gestures before a board, with some noise. */
function paintCamera(into: I420, place: Place, timeMs: number): void {
  const t = timeMs / 1000;
  const { luma, u, v } = planesOf(into);
  const walk = 0.5 + 0.28 * Math.sin(t / 4.3) * Math.max(0, Math.sin(t / 11));
  const [cx, arm] = [place.widthPx * walk, Math.sin(t * 2.1) * place.heightPx * 0.08];
  const noise = randomFrom(Math.floor(timeMs));
  eachPixel(into, place, (at, x, y) => {
    const [dx, py] = [(x - cx) / place.widthPx, y / place.heightPx];
    const isHead = dx ** 2 * 3 + (py - 0.35) ** 2 < 0.008;
    const isBody = Math.abs(dx) < 0.09 && py > 0.42;
    const isArm = dx > 0 && dx < 0.2 && Math.abs(y - place.heightPx * 0.52 - arm * dx * 5) < place.heightPx * 0.025;
    const wall =
      95 + 30 * py + (py > 0.15 && py < 0.55 && x > place.widthPx * 0.1 && x < place.widthPx * 0.9 ? -50 : 0);
    luma[at] = Math.round((isHead ? 180 : isBody || isArm ? 45 : wall) + noise() * 6 - 3);
  });
  grey(u, v, into, place);
}

/** A pointer that moves, rests for some seconds, and moves on. */
function point(into: I420, arrow: Sprite, place: Place, timeMs: number): void {
  const [leg, into1] = [Math.floor(timeMs / 4000), (timeMs % 4000) / 1200];
  const [from, to] = [restAt(leg), restAt(leg + 1)];
  const part = Math.min(1, into1);
  const x = from.x + (to.x - from.x) * part;
  const y = from.y + (to.y - from.y) * part;
  const [left, top] = [even(place.x + x * (place.widthPx - 40)), even(place.y + y * (place.heightPx - 60))];
  blend(into, arrow, left, top);
}

function restAt(leg: number): { x: number; y: number } {
  const random = randomFrom(leg * 7919 + 3);
  for (let skip = 0; skip < 4; skip++) random();
  return { x: random(), y: random() };
}

/** A mark that turns, as pages have that load something. */
function spin(into: I420, place: Place, timeMs: number): void {
  const { luma } = planesOf(into);
  const angle = timeMs / 300;
  const side = Math.round(place.widthPx / 20);
  const [cx, cy] = [place.x + place.widthPx * 0.93, place.y + place.heightPx * 0.2];
  for (let step = 0; step < side; step++) {
    const [x, y] = [Math.round(cx + Math.cos(angle) * step), Math.round(cy + Math.sin(angle) * step)];
    for (const dx of [0, 1, 2]) luma[y * into.size.widthPx + x + dx] = 200;
  }
}
