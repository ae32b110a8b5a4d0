import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

/** Text that is drawn into a box. */
export interface TextBox {
  text: string;
  bold: boolean;
  /** Size of the letters; they become smaller if the text does not fit, and at last the text is cut. */
  sizePx: number;
  smallestPx: number;
  widthPx: number;
  heightPx: number;
}

/** Text as a picture: white letters on nothing. */
export interface DrawnText {
  png: Buffer;
  widthPx: number;
  heightPx: number;
}

const FONT = { family: 'DejaVu Sans Condensed', file: shipped('DejaVuSansCondensed') };
const BOLD = { family: 'DejaVu Sans Condensed Bold', file: shipped('DejaVuSansCondensed-Bold') };

function shipped(name: string): string {
  return fileURLToPath(import.meta.resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`));
}

/** Dots per inch at which a point is a pixel. */
const DPI = 72;
/** Factor by which letters become smaller until the text fits. */
const SMALLER = 0.88;
/** Characters of a text that are drawn; the rest is cut. */
const MOST_CHARACTERS = 400;

/** Draws a text into a box. Undefined: it has no letter. */
export async function drawText(box: TextBox): Promise<DrawnText | undefined> {
  let text = plain(box.text);
  if (text === '') return undefined;
  for (let sizePx = box.sizePx; ; sizePx *= SMALLER) {
    const isSmallest = sizePx * SMALLER < box.smallestPx;
    const drawn = await drawnAt(text, sizePx, box);
    if (drawn.heightPx <= box.heightPx && drawn.widthPx <= box.widthPx) return drawn;
    if (!isSmallest) continue;
    const kept = Math.floor(text.length * Math.min(0.9, box.heightPx / drawn.heightPx));
    if (kept < 2) return undefined;
    text = `${text.slice(0, kept).toWellFormed().trimEnd().replace(/…$/, '')}…`;
    sizePx /= SMALLER;
  }
}

/** Text on one line, without what has no letter. */
const plain = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\s]+/gu, ' ')
    .trim()
    .slice(0, MOST_CHARACTERS)
    .toWellFormed();

async function drawnAt(text: string, sizePx: number, { bold, widthPx }: TextBox): Promise<DrawnText> {
  const font = bold ? BOLD : FONT;
  // What Pango would take for markup is written as letters.
  const markup = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const { data, info } = await sharp({
    text: {
      text: `<span foreground="white">${markup}</span>`,
      font: `${font.family} ${sizePx.toFixed(1)}`,
      fontfile: font.file,
      width: Math.floor(widthPx),
      wrap: 'word-char',
      dpi: DPI,
      rgba: true,
    },
  })
    .png()
    .toBuffer({ resolveWithObject: true });
  return { png: data, widthPx: info.width, heightPx: info.height };
}
