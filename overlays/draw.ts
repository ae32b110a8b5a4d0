import type { Rect, Size } from '#lib/media/geometry.ts';
import type { Layout, Overlay } from '#lib/media/layout.ts';

import type { RgbaImage } from './pixels.ts';
import type { Renderer } from './render.ts';
import { fillTemplate, type TemplateValues } from './template.ts';

/** A picture with the place of its top left corner on the canvas. */
export interface PlacedImage {
  xPx: number;
  yPx: number;
  image: RgbaImage;
}

/**
 * Draws one overlay for a canvas. Undefined if there is nothing to draw: a text without values, a missing logo, or a
 * time code, which is drawn elsewhere. Rejects with an OverlayError for a wrong style or picture.
 */
export async function drawOverlay(
  renderer: Renderer,
  overlay: Overlay,
  canvas: Size,
  values: TemplateValues & { nowMs: number },
): Promise<PlacedImage | undefined> {
  const { xPx, yPx, ...size } = pixelRect(overlay.rect, canvas);
  const image = await pictureOf(renderer, overlay, { ...size, canvasHeightPx: canvas.heightPx }, values);
  return image && { xPx, yPx, image };
}

/** Draws the canvas below the windows. */
export async function drawBackground(renderer: Renderer, { background }: Layout, canvas: Size): Promise<RgbaImage> {
  return renderer.renderBackground({ ...background, ...canvas });
}

/**
 * Converts a rectangle in parts of the canvas to pixels. It lies inside the canvas, and its edges are even, since
 * chroma has half the pixels.
 */
export function pixelRect(rect: Rect, { widthPx, heightPx }: Size): Size & { xPx: number; yPx: number } {
  const even = (part: number, wholePx: number): number =>
    Math.max(0, Math.min(wholePx, Math.round((part * wholePx) / 2) * 2));
  const xPx = even(rect.x, widthPx);
  const yPx = even(rect.y, heightPx);
  const rightPx = Math.max(xPx + 2, even(rect.x + rect.width, widthPx));
  const bottomPx = Math.max(yPx + 2, even(rect.y + rect.height, heightPx));
  return { xPx, yPx, widthPx: rightPx - xPx, heightPx: bottomPx - yPx };
}

async function pictureOf(
  renderer: Renderer,
  overlay: Overlay,
  size: Size & { canvasHeightPx: number },
  values: TemplateValues & { nowMs: number },
): Promise<RgbaImage | undefined> {
  const { canvasHeightPx: _, ...sides } = size;
  switch (overlay.kind) {
    case 'text': {
      const text = fillTemplate(overlay.template, values);
      const corners = touchesEdge(overlay.rect) ? 'plain' : 'rounded';
      return text === '' ? undefined : renderer.renderText({ text, style: overlay.style, corners, ...size });
    }
    case 'logo':
      return renderer.renderLogo({ file: overlay.file, opacity: overlay.opacity, ...sides });
    case 'clock': {
      const { format, style } = overlay;
      const zone = values.timeZone === undefined ? {} : { timeZone: values.timeZone };
      return renderer.renderClock({ atMs: values.nowMs, format, style, ...zone, ...size });
    }
    case 'timecode':
      return undefined;
  }
}

function touchesEdge({ x, y, width, height }: Rect): boolean {
  const near = 0.002;
  return x < near || y < near || x + width > 1 - near || y + height > 1 - near;
}
