import sharp from 'sharp';

import { checkSize, type RgbaImage, stampMask } from './pixels.ts';
import { openTypesetter } from './typeset.ts';

/** Size and texts of a slate. */
export interface SlateSpec {
  widthPx: number;
  heightPx: number;
  /** Title; two languages, with ` / ` between them, get a line each. */
  title?: string;
  /** A smaller line below, with channel and input. */
  detail?: string;
}

/** The title of a channel without signal. */
export const noSignalTitle = 'Pas de signal / No signal';

interface Line {
  text: string;
  bold: boolean;
  /** Middle of a line and size of its letters, in parts of the height. */
  y: number;
  size: number;
  grey: number;
}

/**
 * The picture for a channel without signal: opaque, dark, and readable in a window of a quarter of the canvas width.
 * Rejects with an OverlayError for a wrong size.
 */
export async function renderSlate({
  widthPx,
  heightPx,
  title = noSignalTitle,
  detail = '',
}: SlateSpec): Promise<RgbaImage> {
  checkSize(widthPx, heightPx);
  const { data } = await sharp(Buffer.from(drawing(widthPx, heightPx)))
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const slate = { widthPx, heightPx, rgba: data };
  const typesetter = openTypesetter();
  for (const line of linesOf(title, detail)) {
    const room = { widthPx: Math.floor(widthPx * 0.9), heightPx: Math.max(1, Math.floor(heightPx * line.size * 1.35)) };
    const sizePx = heightPx * line.size;
    const block = await typesetter.typeset({
      ...line,
      ...room,
      sizePx,
      smallestPx: Math.min(sizePx, 6),
      align: 'centre',
    });
    if (!block) continue;
    const top = Math.round(heightPx * line.y + block.bodyPx / 2) + block.descentPx - block.heightPx;
    const colour = { red: line.grey, green: line.grey + 6, blue: line.grey + 14, alpha: 255 };
    stampMask(slate, block, (widthPx - block.widthPx) >> 1, top, colour);
  }
  return slate;
}

function linesOf(title: string, detail: string): Line[] {
  const [first = '', ...others] = title.split(' / ');
  return [
    { text: first, bold: true, y: 0.56, size: 0.105, grey: 226 },
    { text: others.join(' / '), bold: false, y: 0.68, size: 0.08, grey: 168 },
    { text: detail, bold: false, y: 0.84, size: 0.058, grey: 128 },
  ];
}

/** The drawing: an empty screen, struck through, on dark ground. */
function drawing(widthPx: number, heightPx: number): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}">
    <defs><linearGradient id="g" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#1b2430"/><stop offset="1" stop-color="#11171f"/></linearGradient></defs>
    <rect width="100%" height="100%" fill="url(#g)"/>
    <g transform="translate(${widthPx / 2} ${heightPx * 0.27}) scale(${Math.min(heightPx, widthPx) / 720})" fill="none"
      stroke="#6f8296" stroke-width="9" stroke-linecap="round" stroke-linejoin="round">
      <rect x="-92" y="-66" width="184" height="112" rx="12"/><path d="M-36 78 H36 M0 46 V78"/>
      <path d="M-92 69.3 L92 -81.3" stroke="#19212c" stroke-width="27" stroke-linecap="butt"/><path d="M-110 84 L110 -96" stroke="#c58a4a"/>
    </g></svg>`;
}
