import type { TextStyle } from '#lib/media/layout.ts';

import { parseColour } from './colour.ts';
import { blankImage, type RgbaImage, stampMask } from './pixels.ts';
import { openRecent } from './recent.ts';
import { drawBand, leftOf, letterSizePx, topOf } from './text.ts';
import type { TextBlock, Typesetter } from './typeset.ts';

/** The look of a clock, and the moment that it shows. */
export interface ClockSpec {
  atMs: number;
  /** Form: 13:51:00, or 04/01/2017 13:51:00, which reads alike in French and English. */
  format: 'time' | 'date-time';
  /** Zone by its IANA name; without it, the machine's. */
  timeZone?: string;
  style: TextStyle;
  widthPx: number;
  heightPx: number;
  /** Height of the canvas; `style.size` is a part of it. */
  canvasHeightPx: number;
}

/** Draws clocks. */
export interface Clock {
  /** The clock at a moment, as a picture of its own. */
  draw(spec: ClockSpec): Promise<RgbaImage>;
}

/** The parts of a clock that do not change: its band, its signs, and their places. */
interface Face {
  band: RgbaImage;
  glyphs: ReadonlyMap<string, TextBlock>;
  top(glyph: TextBlock): number;
  left: number;
  /** Width of each digit; it is the same for all, so that nothing moves from one second to the next. */
  digitPx: number;
  signPx: number;
}

const SIGNS = Array.from('0123456789:/');
/**
 * Styles and sizes of clocks whose digits are kept; with a further one the oldest is forgotten, and drawn again when
 * needed.
 */
const MOST_FACES = 8;

/** Makes a clock, which draws the digits once for each style and size. */
export function openClock(typesetter: Typesetter): Clock {
  const recall = openRecent<Face>(MOST_FACES, Infinity, () => 0);
  const formatters = new Map<string, Intl.DateTimeFormat>();
  const formatter = (format: ClockSpec['format'], timeZone?: string): Intl.DateTimeFormat => {
    const key = `${format} ${timeZone}`;
    const made = formatters.get(key) ?? clockFormat(format, timeZone);
    formatters.set(key, made);
    return made;
  };
  return {
    async draw({ atMs, ...spec }) {
      const text = formatter(spec.format, spec.timeZone).format(atMs);
      const face = await recall(JSON.stringify(spec), () => drawFace(typesetter, spec, text));
      return drawTime(face, text, spec.style);
    },
  };
}

function clockFormat(format: ClockSpec['format'], timeZone: string | undefined): Intl.DateTimeFormat {
  const date = format === 'date-time' ? ({ dateStyle: 'short' } as const) : {};
  return new Intl.DateTimeFormat('fr-FR', { ...date, timeStyle: 'medium', timeZone });
}

function drawTime(face: Face, text: string, style: TextStyle): RgbaImage {
  const image = { ...face.band, rgba: face.band.rgba.slice() };
  const colour = parseColour(style.colour);
  let left = face.left;
  for (const sign of text) {
    const glyph = face.glyphs.get(sign);
    const room = /\d/.test(sign) ? face.digitPx : face.signPx;
    if (glyph) stampMask(image, glyph, left + ((room - glyph.widthPx) >> 1), face.top(glyph), colour);
    left += room;
  }
  return image;
}

async function drawFace(typesetter: Typesetter, spec: Omit<ClockSpec, 'atMs'>, example: string): Promise<Face> {
  const band = blankImage(spec.widthPx, spec.heightPx);
  const largestPx = letterSizePx(spec.style, spec.canvasHeightPx);
  const room = drawBand(band, spec.style, largestPx, 'rounded');
  // Digits take a little more room than in a text: the size is estimated as for a text, then tried.
  const trial = { text: example.replaceAll(/\d/g, '0'), bold: spec.style.bold, align: 'left', ...room } as const;
  const fitting = await typesetter.typeset({
    ...trial,
    sizePx: largestPx,
    smallestPx: 1,
    heightPx: Math.min(room.heightPx, largestPx * 1.5),
  });
  for (let sizePx = Math.floor(fitting?.sizePx ?? 1); ; sizePx--) {
    const glyphs = await drawGlyphs(typesetter, spec.style, sizePx);
    const digitPx = Math.max(...[...glyphs.values()].map(({ widthPx }) => widthPx)) + Math.ceil(sizePx * 0.1);
    const signPx = Math.round(digitPx * 0.55);
    const widthPx = Array.from(example).reduce((sum, sign) => sum + (/\d/.test(sign) ? digitPx : signPx), 0);
    const heightPx = Math.max(...[...glyphs.values()].map((glyph) => glyph.heightPx));
    if (sizePx > 1 && (widthPx > room.widthPx || heightPx > room.heightPx)) continue;
    return {
      band,
      glyphs,
      top: (glyph) => topOf(glyph, spec.style, room),
      left: leftOf({ widthPx }, spec.style, room),
      digitPx,
      signPx,
    };
  }
}

async function drawGlyphs(
  typesetter: Typesetter,
  { bold }: TextStyle,
  sizePx: number,
): Promise<Map<string, TextBlock>> {
  const glyphs = new Map<string, TextBlock>();
  const ample = {
    bold,
    align: 'left',
    sizePx,
    smallestPx: sizePx,
    widthPx: sizePx * 4 + 8,
    heightPx: sizePx * 4 + 8,
  } as const;
  for (const sign of SIGNS) {
    const glyph = await typesetter.typeset({ ...ample, text: sign });
    if (glyph) glyphs.set(sign, glyph);
  }
  return glyphs;
}
