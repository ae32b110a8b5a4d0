import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import type { Size } from '#lib/media/geometry.ts';
import { i420FromRgba, spriteFromRgba, type I420, type Sprite } from './i420.ts';

/** The canvas of all drawings; they are rendered at the size that is needed. */
export const CANVAS = { widthPx: 1280, heightPx: 720 };

const FONTS = [
  'DejaVuSans.ttf',
  'DejaVuSans-Bold.ttf',
  'DejaVuSans-Oblique.ttf',
  'DejaVuSerif.ttf',
  'DejaVuSerif-Italic.ttf',
];

let fontsReady: Promise<unknown> | undefined;

// Loads a font, also on a machine that has none: a font file that is named in a text is also known to the process's SVG
// renderer.
function knowFonts(): Promise<unknown> {
  const folder = join(dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')), 'ttf');
  return (fontsReady ??= Promise.all(
    FONTS.map((name) => sharp({ text: { text: '.', font: 'DejaVu Sans', fontfile: join(folder, name) } }).toBuffer()),
  ));
}

/** An opaque picture of SVG content of 1280x720, at any even size. */
export async function renderPicture(content: string, size: Size): Promise<I420> {
  return i420FromRgba(await renderRgba(content, CANVAS, size), size);
}

/** A cut-out; `drawn` is the size of its SVG content, which is scaled like a picture of `frame`. */
export async function renderSprite(content: string, drawn: Size, frame: Size): Promise<Sprite> {
  const size = {
    widthPx: Math.ceil((drawn.widthPx * frame.widthPx) / CANVAS.widthPx / 2) * 2,
    heightPx: Math.ceil((drawn.heightPx * frame.heightPx) / CANVAS.heightPx / 2) * 2,
  };
  return spriteFromRgba(await renderRgba(content, drawn, size), size);
}

async function renderRgba(content: string, drawn: Size, size: Size): Promise<Uint8Array> {
  await knowFonts();
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size.widthPx}" height="${size.heightPx}" ` +
    `viewBox="0 0 ${drawn.widthPx} ${drawn.heightPx}" preserveAspectRatio="none" font-family="DejaVu Sans">${content}</svg>`;
  return sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer();
}

/** Random numbers from 0 to 1; the same seed gives the same numbers. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Text with the escapes of SVG. */
export const escapeXml = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
