/** A rectangle in pixels, or, where a comment says so, in parts (0 to 1) of the canvas. */
export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Size {
  widthPx: number;
  heightPx: number;
}

/**
 * How a picture meets its window (SMP 351 ASPR 1 to 3):
 * fill = stretched to the window; follow = whole picture, own shape, bars; fit = window full, own shape, edges cut.
 */
export type Aspect = 'fill' | 'follow' | 'fit';
