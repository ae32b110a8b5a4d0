import type { Rect, Size } from '#lib/media/geometry.ts';
import { TIMECODE_PLACES, findTimecodes, type FoundTimecode } from '#lib/media/timecode.ts';
import { flashRectsIn } from '../signal.ts';

/** The codes that were read from one picture of the file. */
export interface FrameReading {
  codes: FrameCode[];
}

/** A code in a picture. */
export interface FrameCode extends FoundTimecode {
  /**
   * The whole picture of the source, in parts of the canvas, calculated from its code's place; meaningless for source
   * 0.
   */
  picture: Rect;
  /** The patches beside a main code: both bright, both dark, or neither (hidden, cut off). */
  flash: 'lit' | 'dark' | 'unknown';
}

/** Reads all codes of a luma plane. */
export function readFrame(luma: Uint8Array, { widthPx, heightPx }: Size): FrameReading {
  const codes = findTimecodes(luma, widthPx, widthPx, heightPx).map((code): FrameCode => {
    const picture = pictureOf(code);
    const parts = {
      x: picture.x / widthPx,
      y: picture.y / heightPx,
      width: picture.width / widthPx,
      height: picture.height / heightPx,
    };
    const flash = code.mark === 0 ? flashOf(luma, { widthPx, heightPx }, picture) : 'unknown';
    return { ...code, picture: parts, flash };
  });
  return { codes };
}

/** The place in pixels of the whole picture whose code was found. */
function pictureOf({ rect, mark }: FoundTimecode): Rect {
  const place = TIMECODE_PLACES[mark];
  const width = rect.width / place.width;
  const height = rect.height / place.height;
  return { x: rect.x - place.x * width, y: rect.y - place.y * height, width, height };
}

const CANVAS = { widthPx: 1280, heightPx: 720 };
const PATCHES = flashRectsIn(CANVAS);

function flashOf(luma: Uint8Array, size: Size, picture: Rect): 'lit' | 'dark' | 'unknown' {
  const levels = PATCHES.map((patch) =>
    meanOf(luma, size, {
      x: picture.x + ((patch.x + patch.width / 4) * picture.width) / CANVAS.widthPx,
      y: picture.y + ((patch.y + patch.height / 4) * picture.height) / CANVAS.heightPx,
      width: (patch.width * picture.width) / CANVAS.widthPx / 2,
      height: (patch.height * picture.height) / CANVAS.heightPx / 2,
    }),
  );
  if (levels.every((level) => level > 160)) return 'lit';
  return levels.every((level) => level < 90) ? 'dark' : 'unknown';
}

/** Mean brightness; NaN, which is neither bright nor dark, if a part is outside of the picture. */
function meanOf(luma: Uint8Array, { widthPx, heightPx }: Size, rect: Rect): number {
  let sum = 0;
  let count = 0;
  if (rect.x < 0 || rect.y < 0 || rect.x + rect.width > widthPx || rect.y + rect.height > heightPx) return Number.NaN;
  for (let y = Math.floor(rect.y); y < rect.y + rect.height; y += 2)
    for (let x = Math.floor(rect.x); x < rect.x + rect.width; x += 2, count++)
      sum += luma[y * widthPx + x] ?? Number.NaN;
  return sum / count;
}
