import type { Aspect, Rect, Size } from '#lib/media/geometry.ts';

/** What is cut away at each edge, in parts of the picture. */
export interface Crop {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface Fit {
  /** Which part of the input's frame is shown, in its pixels. */
  from: Rect;
  /** Where, in pixels of the canvas; inside the window. */
  to: Rect;
}

/**
 * How an input meets a window. `frame` is the size in which its frames come (stretched to the canvas), `native` the
 * size the source really has: its shape. All edges are even.
 */
export function fitWindow(window: Rect, frame: Size, native: Size, aspect: Aspect, crop: Crop): Fit {
  const shown = {
    x: frame.widthPx * crop.left,
    y: frame.heightPx * crop.top,
    width: frame.widthPx * (1 - crop.left - crop.right),
    height: frame.heightPx * (1 - crop.top - crop.bottom),
  };
  // Shape of what is shown, in true pixels, against the window's.
  const shape = (shown.width * (native.widthPx / frame.widthPx)) / (shown.height * (native.heightPx / frame.heightPx));
  const wider = shape / (window.width / window.height);
  if (aspect === 'fill' || Math.abs(wider - 1) < 0.01) return { from: evenRect(shown), to: window };
  if (aspect === 'follow') {
    const to = wider > 1 ? shrunk(window, 1, 1 / wider) : shrunk(window, wider, 1);
    return { from: evenRect(shown), to: evenRect(to) };
  }
  return { from: evenRect(wider > 1 ? shrunk(shown, 1 / wider, 1) : shrunk(shown, 1, wider)), to: window };
}

/** The same centre, smaller. */
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
