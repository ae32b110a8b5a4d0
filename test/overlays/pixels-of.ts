import type { TextStyle } from '#lib/media/layout.ts';
import type { RgbaImage } from '#overlays/pixels.ts';
import type { TextSpec } from '#overlays/text.ts';

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

type Pixel = [red: number, green: number, blue: number, alpha: number];

export function pixelAt({ rgba, widthPx }: RgbaImage, x: number, y: number): Pixel {
  const at = (y * widthPx + x) * 4;
  return [rgba[at] ?? -1, rgba[at + 1] ?? -1, rgba[at + 2] ?? -1, rgba[at + 3] ?? -1];
}

/** The smallest box around every pixel that `counts` (default: not transparent), ends included; undefined when none does. */
export function boxOf(image: RgbaImage, counts = ([, , , alpha]: Pixel): boolean => alpha > 0): Box | undefined {
  const box = { left: Infinity, top: Infinity, right: -1, bottom: -1 };
  for (let y = 0; y < image.heightPx; y++) {
    for (let x = 0; x < image.widthPx; x++) {
      if (!counts(pixelAt(image, x, y))) continue;
      box.left = Math.min(box.left, x);
      box.top = Math.min(box.top, y);
      box.right = Math.max(box.right, x);
      box.bottom = Math.max(box.bottom, y);
    }
  }
  return box.right < 0 ? undefined : box;
}

/** How much ink there is, in whole pixels. */
export function inkOf({ rgba }: RgbaImage): number {
  let ink = 0;
  for (let i = 3; i < rgba.length; i += 4) ink += rgba[i] ?? 0;
  return ink / 255;
}

export const plainStyle: TextStyle = {
  colour: '#ffffff',
  background: '',
  align: 'left',
  valign: 'top',
  bold: false,
  size: 40 / 720,
};

/** A text in a box of the 1280x720 canvas. */
export function textSpec(text: string, style: Partial<TextStyle> = {}, widthPx = 800, heightPx = 100): TextSpec {
  return { text, style: { ...plainStyle, ...style }, widthPx, heightPx, canvasHeightPx: 720 };
}
