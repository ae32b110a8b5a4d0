import type { ResizeOptions, Sharp, SharpOptions } from 'sharp';

import type { Colour } from './colour.ts';
import { OverlayError } from './overlay-error.ts';
import { shown } from './picture-file.ts';
import type { RgbaImage } from './pixels.ts';
import { checkSvg } from './svg-guard.ts';

/**
 * The room of a picture. `contain`: whole picture in its own shape, left and vertically centred; `cover`: room full,
 * edges cut.
 */
export interface Room {
  widthPx: number;
  heightPx: number;
  fit: 'contain' | 'cover';
  /** Colour under the transparent parts of the picture. */
  ground?: Colour;
}

/**
 * The number of pixels is limited to that of a large photo; a larger picture is refused. A PNG of 1 MB can unpack to
 * far more, and an interlaced one needs 4 bytes of memory for each pixel.
 */
const MOST_PIXELS = 25_000_000;
const LIMITS: SharpOptions = { limitInputPixels: MOST_PIXELS, failOn: 'error', sequentialRead: true };
/** Time to decode one picture; one that takes longer is refused. */
const TIMEOUT_SECONDS = 10;

/**
 * Draws PNG, JPEG, WebP or SVG into a room; transparency is kept. `name` is for messages. Throws an OverlayError for
 * other formats, broken or too large pictures, and an SVG that refers to something outside.
 */
export async function drawPicture(name: string, bytes: Buffer, room: Room): Promise<RgbaImage> {
  const kind = kindOf(bytes);
  if (!kind) throw refusal(name, 'is none of PNG, JPEG, WebP and SVG');
  try {
    const source = kind === 'svg' ? await openSvg(name, bytes, room) : await openRaster(name, bytes);
    const fitted = source.resize(room.widthPx, room.heightPx, resizing(room));
    return await toRgba(room.ground ? fitted.flatten({ background: cssOf(room.ground) }) : fitted);
  } catch (error) {
    if (error instanceof OverlayError) throw error;
    throw refusal(name, `cannot be drawn: ${firstLine(error)}`, error);
  }
}

/** Draws a picture as `drawPicture` does, and gives it as a PNG file. */
export async function drawPng(name: string, bytes: Buffer, room: Room): Promise<Buffer> {
  const { rgba, widthPx: width, heightPx: height } = await drawPicture(name, bytes, room);
  const sharp = await loadSharp();
  return sharp(rgba, { raw: { width, height, channels: 4 } })
    .png({ compressionLevel: 6 })
    .toBuffer();
}

/**
 * The image library, loaded with the first picture: a process that seldom checks an upload need not hold it in memory.
 */
const loadSharp = async () => (await import('sharp')).default;

function resizing({ fit }: Room): ResizeOptions {
  return fit === 'cover' ? { fit } : { fit, position: 'left', background: { r: 0, g: 0, b: 0, alpha: 0 } };
}

function cssOf({ red, green, blue }: Colour): string {
  return `rgb(${red}, ${green}, ${blue})`;
}

/** The pixels with 8 bits, sRGB and straight alpha, of any input (grey, CMYK, palette, 16 bits). */
async function toRgba(image: Sharp): Promise<RgbaImage> {
  const plain = image.toColourspace('srgb').ensureAlpha().timeout({ seconds: TIMEOUT_SECONDS });
  const { data, info } = await plain.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  return { widthPx: info.width, heightPx: info.height, rgba: data };
}

async function openRaster(name: string, bytes: Buffer): Promise<Sharp> {
  if ((await pixelsOf(bytes)) > MOST_PIXELS) throw refusal(name, `has more than ${MOST_PIXELS / 1e6} million pixels`);
  const sharp = await loadSharp();
  return sharp(bytes, LIMITS).autoOrient();
}

/** Number of pixels that the picture's header announces; nothing is unpacked for it. */
async function pixelsOf(bytes: Buffer): Promise<number> {
  const sharp = await loadSharp();
  const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata();
  return width * height;
}

/** Opens an SVG at the size of the room, so that it is sharp. */
async function openSvg(name: string, bytes: Buffer, room: Room): Promise<Sharp> {
  const checked = checkSvg(bytes);
  if (typeof checked === 'string') throw refusal(name, checked);
  for (const picture of checked.embedded) {
    if (kindOf(picture) === 'svg' || (await pixelsOf(picture)) > MOST_PIXELS)
      throw refusal(name, 'holds too large a picture');
  }
  const sharp = await loadSharp();
  const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata();
  const byWidth = room.widthPx / width;
  const byHeight = room.heightPx / height;
  const scale = room.fit === 'cover' ? Math.max(byWidth, byHeight) : Math.min(byWidth, byHeight);
  return sharp(bytes, { ...LIMITS, density: Math.max(1, Math.min(100_000, 72 * scale)) });
}

function kindOf(bytes: Buffer): 'png' | 'jpeg' | 'webp' | 'svg' | undefined {
  if (bytes.subarray(0, 8).equals(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))) return 'png';
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'jpeg';
  if (bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP') return 'webp';
  return /^\uFEFF?\s*</.test(bytes.toString('utf8', 0, 200)) && bytes.includes('<svg') ? 'svg' : undefined;
}

function refusal(name: string, why: string, cause?: unknown): OverlayError {
  return new OverlayError('picture', `${shown(name)} ${why}`, cause);
}

function firstLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n', 1);
  return line.slice(0, 200).replace(/[:\s]+$/, '');
}
