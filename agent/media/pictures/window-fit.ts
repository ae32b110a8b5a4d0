import type { Aspect, Rect, Size } from '#lib/media/geometry.ts';

/** The parts of the picture that are cut off at each edge. */
export interface Crop {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** How a picture is placed in a window. */
export interface Fit {
  /** The shown part of the input's frame, in its pixels. */
  from: Rect;
  /** The place on the canvas, in pixels, inside of the window. */
  to: Rect;
}

/**
 * Places an input in a window. `frame` is the size of its frames (stretched to the canvas), `native` the source's own
 * size, which gives the shape. All edges are even.
 */
export function fitWindow(window: Rect, frame: Size, native: Size, aspect: Aspect, crop: Crop): Fit {
  const shown = {
    x: frame.widthPx * crop.left,
    y: frame.heightPx * crop.top,
    width: frame.widthPx * (1 - crop.left - crop.right),
    height: frame.heightPx * (1 - crop.top - crop.bottom),
  };
  // The shape of the shown part, in true pixels, against that of the window.
  const shape = (shown.width * (native.widthPx / frame.widthPx)) / (shown.height * (native.heightPx / frame.heightPx));
  const wider = shape / (window.width / window.height);
  if (aspect === 'fill' || Math.abs(wider - 1) < 0.01) return { from: evenRect(shown), to: window };
  if (aspect === 'follow') {
    const to = wider > 1 ? shrunk(window, 1, 1 / wider) : shrunk(window, wider, 1);
    return { from: evenRect(shown), to: evenRect(to) };
  }
  return { from: evenRect(wider > 1 ? shrunk(shown, 1 / wider, 1) : shrunk(shown, 1, wider)), to: window };
}

/** A smaller rectangle with the same centre. */
function shrunk(rect: Rect, byWidth: number, byHeight: number): Rect {
  const width = rect.width * byWidth;
  const height = rect.height * byHeight;
  return { x: rect.x + (rect.width - width) / 2, y: rect.y + (rect.height - height) / 2, width, height };
}

function evenRect(rect: Rect): Rect {
  const even = (value: number): number => Math.round(value / 2) * 2;
  return {
    x: even(rect.x),
    y: even(rect.y),
    width: Math.max(2, even(rect.width)),
    height: Math.max(2, even(rect.height)),
  };
}
