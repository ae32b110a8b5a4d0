/** A rectangle in pixels, or, where a comment says so, in parts (0 to 1) of the canvas. */
export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A size in pixels. */
export interface Size {
  widthPx: number;
  heightPx: number;
}

/**
 * Shape of a picture in its window (SMP 351 ASPR 1 to 3). `fill`: stretched. `follow`: whole picture in its own shape,
 * with bars. `fit`: full window in the picture's own shape, edges cut.
 */
export type Aspect = 'fill' | 'follow' | 'fit';
