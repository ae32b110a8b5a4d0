import sharp from 'sharp';
import { drawText, type DrawnText, type TextBox } from './draw-text.ts';

/** What a cover shows. */
export interface Cover {
  widthPx: number;
  heightPx: number;
  title: string;
  /** Speakers, and below them what else there is to say, such as date and series. */
  speakers: string;
  detail: string;
  /** Path of a picture behind the words; undefined: a plain ground. */
  poster?: string | undefined;
}

/** Pixels of a poster; a larger one is refused. */
const MOST_POSTER_PIXELS = 64e6;
/** Formats of a poster: pictures of pixels, which load nothing from elsewhere. */
const POSTER_FORMATS: ReadonlySet<string> = new Set(['jpeg', 'png', 'webp', 'gif']);

/** Reason why a picture cannot be the poster. */
export class PosterError extends Error {}

/** Draws a cover as PNG. Rejects with `PosterError` if the poster cannot be used. */
export async function drawCover(cover: Cover): Promise<Buffer> {
  const { widthPx, heightPx, poster } = cover;
  const ground = poster === undefined ? undefined : await groundOf(poster, cover);
  const drawn = await wordsOf(cover);
  return sharp(ground ?? Buffer.from(plainGround(widthPx, heightPx)))
    .composite([
      ...(ground ? [{ input: Buffer.from(shade(widthPx, heightPx)), left: 0, top: 0 }] : []),
      ...drawn.map(({ png, left, top }) => ({ input: png, left, top })),
    ])
    .flatten()
    .png()
    .toBuffer();
}

async function groundOf(poster: string, { widthPx, heightPx }: Cover): Promise<Buffer> {
  try {
    const picture = sharp(poster, { limitInputPixels: MOST_POSTER_PIXELS, animated: false });
    const { format } = await picture.metadata();
    if (!POSTER_FORMATS.has(format))
      throw new PosterError(`${format} is no picture of pixels: JPEG, PNG, WebP or GIF is`);
    return await picture
      .rotate()
      .resize(widthPx, heightPx, { fit: 'cover' })
      .toColourspace('srgb')
      .removeAlpha()
      .png()
      .toBuffer();
  } catch (error) {
    throw error instanceof PosterError ? error : new PosterError((error as Error).message);
  }
}

const plainGround = (widthPx: number, heightPx: number): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}">
    <defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#1d3a5f"/><stop offset="1" stop-color="#0d1b2e"/></linearGradient></defs>
    <rect width="100%" height="100%" fill="url(#g)"/>
    <rect x="${widthPx * 0.07}" y="${heightPx * 0.63}" width="${widthPx * 0.12}" height="${Math.max(2, heightPx * 0.008)}" fill="#7fb2e5"/>
  </svg>`;

/** Makes a poster dark enough for white letters. */
const shade = (widthPx: number, heightPx: number): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}">
    <defs><linearGradient id="g" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#000" stop-opacity="0.45"/><stop offset="1" stop-color="#000" stop-opacity="0.85"/></linearGradient></defs>
    <rect width="100%" height="100%" fill="url(#g)"/>
  </svg>`;

/** A line of a cover, in parts of its height: place of its lower or upper edge, room and size of letters. */
interface Line {
  text: string;
  bold: boolean;
  /** Edge that stays where it is when the text has fewer lines. */
  edge: 'top' | 'bottom';
  at: number;
  height: number;
  size: number;
}

async function wordsOf({
  title,
  speakers,
  detail,
  widthPx,
  heightPx,
}: Cover): Promise<(DrawnText & { left: number; top: number })[]> {
  const lines: Line[] = [
    { text: title, bold: true, edge: 'bottom', at: 0.58, height: 0.48, size: 0.105 },
    { text: speakers, bold: false, edge: 'top', at: 0.685, height: 0.1, size: 0.058 },
    { text: detail, bold: false, edge: 'top', at: 0.81, height: 0.1, size: 0.045 },
  ];
  const drawn = await Promise.all(
    lines.map(async ({ text, bold, edge, at, height, size }) => {
      const box: TextBox = {
        text,
        bold,
        sizePx: heightPx * size,
        smallestPx: Math.max(6, heightPx * 0.03),
        widthPx: widthPx * 0.86,
        heightPx: heightPx * height,
      };
      const inked = await drawText(box);
      const top = heightPx * at - (edge === 'bottom' && inked ? inked.heightPx : 0);
      return inked && { ...inked, left: Math.round(widthPx * 0.07), top: Math.round(top) };
    }),
  );
  return drawn.filter((one) => one !== undefined);
}
